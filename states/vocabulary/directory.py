"""What the directory and the accounts speak of."""

from rulebooks.vocabulary import Named


class RegionLevel(Named):
    """The level of a region, the highest first."""

    PROVINCE = "province", "省", "province"
    CITY = "city", "市", "city"
    COUNTY = "county", "区县", "county"
    TOWN = "town", "乡镇", "town"
    VILLAGE = "village", "村", "village"


class UnitKind(Named):
    """To which system a unit belongs."""

    GOVERNMENT = "government", "政府", "government"
    COURT = "court", "法院", "court"
    PROCURATORATE = "procuratorate", "检察院", "procuratorate"
    PARTY = "party", "党委", "party committee"
    CONGRESS = "congress", "人大", "people's congress"
    COMMITTEE = "committee", "专工委", "congress committee"
    OTHER = "other", "其他", "other"


GOVERNMENTAL = (UnitKind.GOVERNMENT, UnitKind.OTHER)
"""Whose answers the government's office handles; a unit whose system nobody entered is taken for one."""


class AddressedBody(Named):
    """A body of a region to which papers go."""

    MEETING = "meeting", "人大常委会主任会议", "Chairpersons' meeting"
    GOVERNMENT = "government", "人民政府", "People's government"


class PlaceKind(Named):
    """What a place where deputies receive people is."""

    HOME = "home", "代表之家", "Deputies' home"
    STATION = "station", "代表联络站", "Deputies' station"
    POINT = "point", "代表联系点", "Contact point"
    MICRO = "micro", "微家", "Micro-home"
    OTHER = "other", "其他", "other"


class DayKind(Named):
    """What an office makes of a day."""

    WORK = "work", "上班", "work"
    OFF = "off", "休息", "off"


class Duty(Named):
    """The three administrators (三员), each a different person."""

    SYSTEM = "system", "系统管理员", "System administrator"
    SECURITY = "security", "安全管理员", "Security administrator"
    AUDIT = "audit", "审计管理员", "Audit administrator"


class ErasureGround(Named):
    """Why personal data are erased."""

    REQUEST = "request", "本人要求", "Asked for by the person"
    RETENTION = "retention", "保存期已满", "Kept long enough"


class AccountAct(Named):
    """What is done with an account; of an administrator's, two administrators do it together."""

    CREATE = "create", "新建账号", "New account"
    LINK = "link", "重发一次性链接", "New one-time link"
    ENABLE = "enable", "恢复账号", "Open the account again"
    DISABLE = "disable", "停用账号", "Close the account"
    DEVICE = "device", "解除验证设备", "Take the device away"


class TokenScope(Named):
    """What a program may do with a token, of what its holder may."""

    READ = "read", "查看", "See"
    ACT = "act", "办理", "Work"
    DIRECTORY = "directory", "通讯录", "Directory"
