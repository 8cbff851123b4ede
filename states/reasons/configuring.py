"""What is wrong with the settings of an office: its channels, a mapping of its tables, the environment."""

from rulebooks.sentences import Row

CONFIGURING = {
    # the environment
    "setting_unfit": Row("{setting} is {given}: {why}", "{setting} 写的是 {given}，不对：{why}"),
    "setting_no_role": Row(
        "{setting}: {given} is no role; some of {known}", "{setting}：没有身份 {given}；有：{known}"
    ),
    "address_unknown": Row(
        "{host}: no such address: {why}; for example {example}", "没有 {host} 这个地址（{why}）；例如 {example}"
    ),
    "address_of_others": Row(
        "{host} is no address of this machine: {here}, or {all} for all of them",
        "{host} 不是本机的地址；请写 {here}，本机的全部地址写 {all}",
    ),
    "port_taken": Row(
        "port {port} at {host} is taken: stop what uses it, or choose another, for example {option} ({setting})",
        "{host} 的端口 {port} 已被占用；请停下占用它的程序，或者另选一个，例如 {option}（{setting}）",
    ),
    "port_needs_rights": Row(
        "port {port} needs more rights: take one above {most} ({setting}) behind a proxy",
        "端口 {port} 要有特权；请用大于 {most} 的端口（{setting}），前面放代理",
    ),
    "port_unusable": Row("{host}:{port}: {why}", "{host} 的端口 {port} 用不了：{why}"),
    "door_open": Row(
        "{host} answers other machines without HTTPS: listen at {here} behind a proxy ({example}) and set {settings}; "
        "where nobody else reaches the network: {option} ({consent})",
        "{host} 对别的机器开放而没有加密，口令会被人看到；请写 {here}，前面放代理（{example}），并设 {settings}；"
        "只有自己人能到的网络：{option}（{consent}）",
    ),
    # the channels
    "channels_unread": Row(
        "{file}: cannot be read: {why}; {setting} names the file, {example} is an example",
        "{file} 读不了（{why}）；它由 {setting} 指定，写法见 {example}",
    ),
    "channels_unsound": Row("{file}: wrong channels: {key}: {why}", "{file}：渠道写得不对：{key}：{why}"),
    "channels_unset": Row(
        "{file}: the environment has no {name}, which {given} asks for", "{file}：环境变量里没有 {given} 要的 {name}"
    ),
    "robots_share_name": Row("{file}: two robots are named {name}", "{file}：有两个机器人都叫 {name}"),
    "sms_kind_unknown": Row("no notice is of the kind {given}", "没有 {given} 这种通知"),
    "sms_kind_like": Row(
        'no notice is of the kind {given}, did you mean "{like}"?', "没有 {given} 这种通知；是不是“{like}”？"
    ),
    "sms_braces": Row(
        "{key} has something else than {known} in braces", "{key} 的花括号里只能写 {known}"
    ),
    "sender_without_address": Row(
        "{given} holds no address; for example {example}", "{given} 里没有邮箱；例如 {example}"
    ),
    "authority_missing": Row("there is no file {file}", "没有文件 {file}"),
    "robot_tells_nobody": Row(
        "{given} is no recipient; expected {form} with one of {known}",
        "{given} 不是收件人，要写成 {form}，前一半是 {known}",
    ),
    # a mapping
    "mapping_unreadable": Row("{file}: the mapping cannot be read: {why}", "{file}：这个映射读不了：{why}"),
    "mapping_unsound": Row("{file}: wrong mapping: {why}", "{file}：映射有错：{why}"),
    "mapping_key_unsound": Row("{file}: wrong mapping: {key}: {why}", "{file}：映射有错：{key}：{why}"),
    "unknown_mapping": Row(
        'no mapping "{mapping}"; packaged: {known}; for one of your own give the path of a .toml file',
        "没有映射“{mapping}”；自带的有：{known}；用自己的，请写文件的路径",
    ),
    "mapping_like": Row(
        'no mapping "{mapping}", did you mean "{like}"?; packaged: {known}; '
        "for one of your own give the path of a .toml file",
        "没有映射“{mapping}”，是不是“{like}”？自带的有：{known}；用自己的，请写文件的路径",
    ),
    "mapping_of_other_machine": Row(
        "rulebook {rulebook} is for the machine {ruled}, mapping {mapping} for {mapped}",
        "规则集 {rulebook} 用于流程 {ruled}，映射 {mapping} 用于 {mapped}",
    ),
    "mapping_machine": Row("machine {given}; one of {known}", "流程写的是 {given}；要写：{known}"),
    "mapping_opens": Row(
        "the first fact opens the case: its action is {action}", "第一条事实是立件，它的动作要写 {action}"
    ),
    "mapping_action": Row(
        "a replay cannot take the action {given}; it can take {known}", "重放不能办动作 {given}；能办的有：{known}"
    ),
    # a record of a table that a mapping describes
    "record_without_id": Row("{column} is empty, an id is needed", "{column} 空着，要有编号"),
    "record_given_before": Row(
        "{column} {case} was already given by record {first}", "{column} {case} 第 {first} 条已经有了"
    ),
    "fact_without_time": Row(
        "{column}: is empty, a time is needed; formats: {known}", "{column} 空着，要有时间；格式：{known}"
    ),
    "fact_time_unread": Row(
        '{column}: cannot read "{text}" as a time; formats: {known}', "{column}：“{text}”读不成时间；格式：{known}"
    ),
    "fact_ahead": Row(
        "{column} {at} lies after {entered}, when it is entered", "{column} {at} 晚于录入的时刻 {entered}"
    ),
    "fact_out_of_order": Row("{column} {at} lies before {earlier}", "{column} {at} 早于 {earlier}"),
    "fact_without_text": Row(
        "{column} is given, but {lacking} is empty", "有 {column}，但是 {lacking} 空着"
    ),
    "fact_refused": Row("{action}: {why}", "{action}：{why}"),
    "fact_refused_later": Row(
        "{action}: {why}; the facts before it are stored", "{action}：{why}；它前面的已经存下"
    ),
}
