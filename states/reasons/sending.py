"""Why a message was not sent, or a channel is not reached."""

from rulebooks.sentences import Row

SENDING = {
    "channel_unreached": Row("{why}", "连不上：{why}"),
    "channel_answered": Row("{answer}", "对方回答：{answer}"),
    "channel_no_json": Row("{status}, and no JSON: {answer}", "对方回答 {status}，内容读不懂：{answer}"),
    "line_broke": Row("the line broke: {why}", "连接断了：{why}"),
    "line_broke_again": Row(
        "the line broke {times} times, the last time: {why}", "连接断了 {times} 次，最后一次：{why}"
    ),
    "sender_refused": Row("the sender {sender} was refused: {answer}", "对方不收发件人 {sender} 的：{answer}"),
    "recipient_no_mail": Row("{given} is no mail address", "“{given}”不是邮箱"),
    "channel_gone": Row("is not configured; what waits for it stays", "没有配置；等它发的消息留着"),
    "channel_gone_long": Row(
        "{channel} is not configured; name it in the channels file, then {command}",
        "没有配置 {channel}；请写进渠道文件，再运行 {command}",
    ),
    "nobody_behind": Row(
        "nobody is behind {recipient} in the directory: import people or units, then {command}",
        "通讯录里没有 {recipient} 的人；请导入人员或者单位，再运行 {command}",
    ),
}
