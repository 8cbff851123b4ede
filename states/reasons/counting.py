"""Refusals about figures: a rulebook's own formula or weight, a printed table, a grouping."""

from rulebooks.sentences import Row

COUNTING = {
    "no_such_rate": Row("there is no rate {name}; one of {known}", "没有这项比率：{name}；有 {known}"),
    "variant_of_nothing": Row(
        '{key}: "{name}" has no other formula; those that may: {known}',
        "{key}：“{name}”不能另定算法；能另定的：{known}",
    ),
    "variant_unread": Row(
        '{key}: "{formula}" is not {forms: or }; bases: {bases}',
        "{key}：“{formula}”不是 {forms} 的写法；分母有 {bases}",
    ),
    "variant_no_class": Row('{key}: "{name}" is no class; one of {known}', "{key}：“{name}”不是答复分类；有 {known}"),
    "effect_outweighed": Row(
        "weights: satisfaction weighs more than effect; effect must weigh as much or more",
        "权重：满意率重于实效；实效的权重不能小于满意率",
    ),
    "weight_of_nothing": Row('{key}: "{name}" is no figure; one of {known}', "{key}：没有指标“{name}”；有 {known}"),
    # printed tables
    "no_tables": Row("{key}: a list of tables is needed, found {given}", "{key}：要写成一列表格，现在是 {given}"),
    "no_count_of_items": Row("table {table}: {given} is no number of items", "表“{table}”：{given} 不是件数"),
    "no_percentage": Row(
        "table {table}: {given} is no percentage, expected for example 97.8",
        "表“{table}”：{given} 不是百分数，应当像 97.8 这样",
    ),
}
