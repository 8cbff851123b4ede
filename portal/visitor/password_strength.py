"""Checking new passwords: none that lists of common ones, or of habits in China, would find within hours."""

import re

from portal.visitor.languages import say

SHORTEST = 10
LONGEST = 200
READ = 72
"""Most characters that are checked; the time of the check is quadratic in the length."""
LEAST = 3
"""The zxcvbn score from which a password is accepted: more than a hundred million guesses."""

NUMBER = re.compile(r"[\d\s.+-]+[xX]?")
"""Telephone numbers, identity numbers, days: long enough for zxcvbn, and known to many."""

SYLLABLE = (
    "(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    "(?:[iuv]?(?:ang|eng|ong|an|en|ai|ei|ao|ou|a|o|e)|ing|in|i|un|ui|iu|u|v)r?"
)
NAME_AND_NUMBER = re.compile(rf"[\W\d_]*(?:{SYLLABLE}){{1,4}}[\W\d_]*", re.IGNORECASE)
"""A name, a city, an office in pinyin, and beside it nothing but a year, a birthday, lucky numbers."""

HABITS = (
    "duban", "renda", "daibiao", "changwei", "weiyuan", "suqian", "mima", "admin", "guanliyuan", "yonghu", "ceshi",
    "woaini", "wo", "ai", "ni", "nihao", "zhongguo", "beijing", "shanghai", "chongqing", "zhejiang", "jiangsu",
    "shandong", "qingdao", "henan", "renmin", "zhengfu", "dangyuan", "gongchandang", "jianyi", "banli", "xuexi",
    "fazhan", "minzhu", "fazhi", "xinxi", "bangong", "jiaban", "chunjie", "xinnian", "kuaile", "yisheng", "pingan",
    "jiankang", "facai", "baobei", "wang", "li", "zhang", "liu", "chen", "yang", "huang", "zhao", "wu", "zhou", "xu",
    "sun", "ma", "zhu", "hu", "guo", "he", "lin", "gao", "luo", "zheng", "liang", "xie", "song", "tang", "deng",
    "han", "feng", "cao", "peng", "zeng", "xiao", "tian", "dong", "pan", "yuan", "cai", "jiang", "yu", "du", "ye",
    "cheng", "su", "wei", "lu", "ding", "ren", "shen", "yao", "jie", "fang", "na", "min", "jing", "qiang", "lei",
    "jun", "yong", "yan", "tao", "ming", "chao", "xiu", "ying", "hua", "ping", "gang", "gui", "lan", "xia", "hong",
    "mei", "hui", "bo", "bin", "hao", "jian", "xin", "ling", "ning", "xue", "yun", "fei", "kai", "cong", "xiang",
    "long", "guang", "qing", "lili",
)  # fmt: skip
"""Words that people here begin a password with, the likeliest first: pinyin of offices, wishes, surnames and names."""


def unfit_password(password: str, account: str) -> str:
    """Why this password must not be chosen for the account, in words; '' when it may."""
    if not SHORTEST <= len(password) <= LONGEST:
        return say("口令要 %(n)d 个字以上", n=SHORTEST)
    if (account and account.casefold() in password.casefold()) or len(set(password)) < 4:
        return say("口令不能含账号，也不能只有几个重复的字")
    habit = NUMBER.fullmatch(password) or NAME_AND_NUMBER.fullmatch(password)
    if habit or _score(password, account) < LEAST:
        return say("这个口令太容易猜：拼音、姓名加年份、电话和证件号码、键盘上连着的键都不行，请换几个不相干的词")
    return ""


def _score(password: str, account: str) -> int:
    from zxcvbn import zxcvbn  # its lists take a moment, and few requests need them

    return int(zxcvbn(password[:READ], user_inputs=[account, *HABITS])["score"])
