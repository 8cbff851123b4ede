"""Refusals about accounts, duties and tokens, and about changes of rights that wait for a second person."""

from rulebooks.sentences import Row

ACCOUNTS = {
    "account_is_closed": Row("the account {account} is closed", "账号 {account} 已停用"),
    "no_account": Row("there is no account {account}", "没有账号 {account}"),
    "account_exists": Row("there is an account {account} already", "已经有账号 {account} 了"),
    "not_an_administrator": Row("{account} is no administrator's account", "{account} 不是三员的账号"),
    "unknown_duty": Row("there is no duty {duty}; one of {known}", "没有 {duty} 这一员；有：{known}"),
    "link_over": Row("this link does not work any more", "这个链接已经失效"),
    "duty_has_account": Row("the duty {duty} has an account already", "这一员（{duty}）已经有账号了"),
    "not_of_role": Row("{person} is no {role} in the directory", "通讯录里 {person} 的身份不是{role}"),
    "mandate_ends_first": Row(
        "the mandate would end on {end}, before it begins on {start}", "委托到 {end} 为止，早于开始的 {start}"
    ),
    "bad_account_name": Row(
        "{name} is no account name: 1 to 64 characters, no space around them",
        "账号名 {name} 不行：1 到 64 个字，前后没有空格",
    ),
    "account_for_nobody": Row(
        "an account is for a person of the directory or for a duty, one of {known}",
        "账号给通讯录里的人，或者给三员之一：{known}",
    ),
    "nobody_of_directory": Row(
        "{person} is nobody in the directory; import people first", "通讯录里没有 {person}，不能开账号，请先导入人员"
    ),
    "person_has_account": Row(
        "{person} has the account {account} already", "{person} 已经有账号 {account} 了"
    ),
    "own_account": Row(
        "nobody closes their own account; ask another security administrator",
        "不能停用自己的账号；请另一位安全管理员来做",
    ),
    # two administrators
    "two_to_act": Row(
        "an administrator's account takes two: ask on the page of the three administrators, another one confirms",
        "三员的账号要两位管理员来办：请到“三员”页申请，由另一位确认",
    ),
    "asks_for_themselves": Row(
        "{actor} asks for an account of their own; one person does not hold two duties",
        "{actor} 是给自己申请；同一个人不能担任两员",
    ),
    "nobody_to_confirm": Row(
        "nobody else with another duty could confirm it; at the server: duban account {command}",
        "没有另一位担任别的一员的人可以确认；请在服务器上办：duban account {command}",
    ),
    "cannot_confirm": Row(
        "{actor} cannot confirm it: another person with another duty than {asker} has to, who is not {account}",
        "{actor} 不能确认：要由与 {asker} 不同的另一个人、担任另一员，而且不是 {account} 本人",
    ),
    "unknown_act": Row("{act}; one of {known}", "没有 {act} 这种改动；有：{known}"),
    "administrator_unnamed": Row(
        "a new administrator has a name and a duty, one of {known}",
        "新的管理员要有账号名和担任哪一员：{known}",
    ),
    "done_by_one": Row(
        "{account} has no duty; the security administrator does it alone",
        "{account} 不是三员，由安全管理员一个人办",
    ),
    "request_over": Row("this request waits no longer", "这项申请已经不在等确认了"),
    # changes of power
    "changes_over": Row(
        "nothing of the import {id} waits any more; see: duban account changes",
        "这一批（{id}）没有等确认的了，请刷新",
    ),
    "own_import": Row(
        "{actor} imported {file}; somebody else has to confirm it",
        "{file} 是 {actor} 导入的，要由另一个人确认",
    ),
    "about_oneself": Row(
        "{subjects} in {file} is about {actor}; somebody else has to confirm it",
        "{file} 里的 {subjects} 就是 {actor} 本人，要由另一个人确认",
    ),
    # tokens
    "token_scopeless": Row("a token has scopes, some of {known}", "令牌要选范围：{known}"),
    "token_unnamed": Row(
        "a token has a name of 1 to 64 characters that says which program holds it",
        "令牌要有名称，说明哪个程序用它：1 到 64 个字",
    ),
    "token_too_long": Row("a token lasts 1 to {days} days", "令牌有效 1 到 {days} 天"),
    "too_many_tokens": Row(
        "{account} has {count} tokens that work; revoke one first",
        "{account} 有 {count} 个有效的令牌；请先吊销一个",
    ),
}
