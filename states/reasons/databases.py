"""What cannot be done with a database: what the console refuses before anything is read."""

from rulebooks.sentences import Row

DATABASES = {
    "database_url_malformed": Row(
        "{given} is no database URL; for example {known: or }", "{given} 不是数据库地址；例如 {known: 或者 }"
    ),
    "database_needs_file": Row("SQLite needs a file: {example}", "这种数据库要写文件：{example}"),
    "database_of_other_kind": Row("{kind} is not supported; use {known: or }", "不支持 {kind}；请用 {known: 或者 }"),
    "database_unopened": Row("{address} cannot be opened: {why}", "{address} 打不开：{why}"),
    "database_of_other_schema": Row(
        "the database is at schema {schema}, this program needs {needed}: run `{command}` (after a backup)",
        "数据库结构是 {schema}，这个程序需要 {needed}：请先备份，再运行 {command}",
    ),
    "database_missing": Row(
        "there is no database {file}; name another by {ways: or }, or make this one: {command}",
        "没有数据库 {file}；请用 {ways: 或者 }写明另一个，或者新建：{command}",
    ),
    # whose time it keeps
    "register_is_live": Row(
        "{address} is a live register, in which nothing is played: name a database that is not there yet; "
        "one that holds nothing real is marked by `{command}`",
        "{address} 是正式的库，不能在里面演练：请写一个还没有的数据库；没有真实数据的，可以用 {command} 标为演练",
    ),
    "played_into_live": Row(
        "{address} is a live register: {what} goes into a database marked for it when it is made "
        "({function}, {command})",
        "{address} 是正式的库：{what}只能进建库时标为演练的数据库（{function}，{command}）",
    ),
    "entered_into_rehearsal": Row(
        "{address} is marked for rehearsals, for ever: {what} goes into a live register",
        "{address} 永久标为演练：{what}要进正式的库",
    ),
    "register_is_rehearsal": Row(
        "{address} is marked for rehearsals: no live portal or engine works on it. "
        "To look at it with a clock of its own: {command}",
        "{address} 标为演练：正式的网站和引擎不用它。要用另设的时钟看它：{command}",
    ),
    "moved_clock_on_live": Row(
        "{option} is for a database of rehearsals; {address} is live, and its time is the machine's",
        "{option} 只用于演练的数据库；{address} 是正式的库，用这台机器的时间",
    ),
    # mappings of a replay
    "database_written_elsewhere": Row(
        "another program has been writing for {seconds} s; nothing was changed, try again",
        "另一个程序已经写了 {seconds} 秒；什么都没有改，请再试一次",
    ),
    # a rehearsal
    "rehearsed_before_rules": Row(
        "year {year}: {rulebook} is in force since {day}; {first} or later",
        "{year} 年：“{rulebook}”自 {day} 起施行，请写 {first} 年或者以后",
    ),
    "rehearsed_nothing": Row("{count} suggestions: a year has at least 1", "{count} 件建议：一年至少 1 件"),
    "rehearsed_in_used": Row(
        "the database holds cases: a rehearsal begins in an empty one, name another by {option}",
        "库里已经有件：演练要从空库开始，请用 {option} 写明另一个",
    ),
    "nothing_to_play_again": Row(
        "nobody has done anything with a suggestion in this register: nothing to play again",
        "这个库里还没有人办过建议，没有可以重演的",
    ),
}
