"""What offices call the columns of a table that is imported, and the values of its closed sets, beside their names."""

from collections.abc import Mapping

from states.roles import Role
from states.vocabulary import DayKind, Named, PlaceKind, RegionLevel, UnitKind

_EMAIL = ("电子邮箱", "电子邮件", "邮箱地址", "邮件", "email")
_PHONE = ("联系电话", "电话号码", "手机", "手机号", "手机号码", "移动电话", "办公电话", "联系方式")
_REGION = ("区划代码", "所属区划", "所在区划", "行政区划", "所属地区", "行政区划代码", "地区")

HEADS_TOO: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "regions": {
        "code": ("区划代码", "行政区划代码", "编号", "编码"),
        "name": ("区划名称", "行政区划名称", "行政区划", "区划", "地区"),
        "level": ("层级", "行政级别", "区划级别"),
        "parent_code": ("上级", "上级区划", "上级区划代码", "上级编码", "父级代码"),
    },
    "units": {
        "id": ("单位编号", "单位代码", "单位编码", "机构编码", "代码", "编码"),
        "name": ("单位", "单位名称", "单位全称", "机构名称", "承办单位", "部门", "部门名称"),
        "region": _REGION,
        "kind": ("类型", "性质", "单位类别", "单位类型", "单位性质"),
        "abolished_on": ("撤销时间", "撤并日期"),
        "email": _EMAIL,
        "phone": _PHONE,
        Role.HANDLER: ("经办人", "联络员"),
        Role.UNIT_LEADER: ("分管负责人",),
        Role.UNIT_HEAD: ("主要负责人", "单位负责人"),
        Role.GOV_LEADER: ("领办领导", "领办市领导"),
    },
    "people": {
        "id": ("人员编号", "工号", "代表编号", "代表证号", "编码", "代码"),
        "name": ("名字", "名称", "代表姓名", "人员姓名"),
        "role": ("角色", "人员身份", "人员类别", "类别"),
        "unit": ("所在单位", "工作单位", "单位编号", "单位名称", "承办单位", "部门"),
        "region": _REGION,
        "delegation": ("所在代表团", "所属代表团", "代表团组"),
        "term_from": ("任期起", "任期开始日期", "任期开始时间", "任职日期", "当选日期", "起始日期"),
        "term_to": ("任期止", "任期结束日期", "任期结束时间", "届满日期", "截止日期"),
        "email": _EMAIL,
        "phone": _PHONE,
    },
    "places": {
        "id": ("站点编号", "家站编号", "编码", "代码"),
        "name": ("站点名称", "家站名称", "家站点", "联络站名称", "家站点名称"),
        "region": _REGION,
        "kind": ("类型", "站点类别", "站点类型"),
        "address": ("详细地址", "站点地址", "所在地址", "地点", "位置"),
        "schedule": ("接待日", "接待日期", "开放时间", "活动时间"),
        "deputies": ("进站代表", "驻站代表", "联系代表", "代表编号"),
        "clerks": ("联络员", "站点工作人员", "接待站工作人员"),
        "closed_on": ("关闭时间", "停用日期"),
    },
    "calendar": {
        "day": ("日子",),
        "plan": ("放假安排", "类型", "班休"),
        "name": ("节日", "假日", "假日名称", "节假日"),
        "source": ("依据", "文件", "文件依据"),
    },
    "reception": {
        "title": ("题目", "事项", "意见标题"),
        "body": ("意见", "意见内容", "反映内容", "反映问题", "诉求"),
        "name": ("姓名", "群众姓名", "反映人"),
        "phone": _PHONE,
        "deputy": ("接待代表", "代表姓名"),
        "answer": ("答复", "现场答复", "答复意见"),
    },
}  # fmt: skip
"""By table and column. A mere count of the rows, as 序号, names none: it is the same number in every file."""

_LEVELS: Mapping[str, Named] = {
    "省级": RegionLevel.PROVINCE,
    **dict.fromkeys(("市级", "地级市", "设区的市"), RegionLevel.CITY),
    **dict.fromkeys(("县", "区", "县级", "区县级", "县级市"), RegionLevel.COUNTY),
    **dict.fromkeys(("街道", "乡", "镇", "乡镇级", "乡镇街道"), RegionLevel.TOWN),
    **dict.fromkeys(("村级", "社区", "村社区"), RegionLevel.VILLAGE),
}
_UNITS: Mapping[str, Named] = {
    "委员会": UnitKind.COMMITTEE, "政府部门": UnitKind.GOVERNMENT, "党委部门": UnitKind.PARTY,
    "人民法院": UnitKind.COURT, "人民检察院": UnitKind.PROCURATORATE, "人大机关": UnitKind.CONGRESS,
}  # fmt: skip
_ROLES: Mapping[str, Named] = {
    **dict.fromkeys(("人大代表", "市人大代表", "县人大代表", "区人大代表"), Role.DEPUTY),
    **dict.fromkeys(("专工委", "专委会"), Role.COMMITTEE),
    "经办人": Role.HANDLER, "分管负责人": Role.UNIT_LEADER,
    **dict.fromkeys(("主要负责人", "单位负责人"), Role.UNIT_HEAD),
    "代表助理": Role.PROXY, "政府办": Role.DISPATCHER,
    **dict.fromkeys(("站点工作人员", "联络站工作人员"), Role.CLERK),
}  # fmt: skip
_PLACES: Mapping[str, Named] = {
    "人大代表之家": PlaceKind.HOME, "联络站": PlaceKind.STATION, "人大代表联络站": PlaceKind.STATION,
    "联系点": PlaceKind.POINT,
}  # fmt: skip

VALUES_TOO: Mapping[str, Mapping[str, Mapping[str, Named]]] = {
    "regions": {"level": _LEVELS},
    "units": {"kind": _UNITS},
    "people": {"role": _ROLES},
    "places": {"kind": _PLACES},
    "calendar": {
        "plan": {
            **dict.fromkeys(("班", "补班", "工作日"), DayKind.WORK),
            **dict.fromkeys(("休", "放假", "休假", "节假日"), DayKind.OFF),
        }
    },
}
"""By table and column: what else is written for a value."""
