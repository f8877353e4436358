"""Words of who acts: roles, administrators, relations, scopes."""

from workflow.vocabulary.word import Word


class Role(Word):
    """What an account may be granted, always for an organ or a unit."""

    SUBJECT = "subject", "考核对象本人", "The person assessed"
    UNIT_CONTACT = "unit_contact", "单位联络员", "Unit contact"
    UNIT_HEAD = "unit_head", "单位主要负责人", "Head of the unit"
    DATA_PROVIDER = "data_provider", "数据提供人", "Data provider"
    DATA_VERIFIER = "data_verifier", "数据审核人", "Data verifier"
    ASSESSMENT_GROUP = "assessment_group", "考核组成员", "Assessment group member"
    TELLER = "teller", "计票人", "Teller"
    TALLY_SUPERVISOR = "tally_supervisor", "监票人", "Tally supervisor"
    KEY_HOLDER = "key_holder", "启封密钥保管人", "Key holder"
    SUPERVISING_LEADER = "supervising_leader", "主管领导", "Supervising leader"
    DRAFTING_DIVISION = "drafting_division", "承办处室经办人", "Drafting division"
    COMMITTEE_MEMBER = "committee_member", "审定会议成员", "Deciding meeting member"
    DECISION_RECORDER = "decision_recorder", "审定机关记录人", "Decision recorder"
    OFFICE = "office", "组织人事部门经办人", "Personnel office"
    OFFICE_LEAD = "office_lead", "组织人事部门负责人", "Head of the personnel office"
    OPINION_RESPONDENT = "opinion_respondent", "征求意见承办人", "Opinion respondent"
    RESPONSIBLE_ORGAN = "responsible_organ", "责任单位经办人", "Responsible organ"
    REVIEWER = "reviewer", "复核申诉受理人", "Reviewer of objections"
    ARCHIVIST = "archivist", "档案员", "Archivist"


class AdminKind(Word):
    """The three administrators; none holds business data."""

    SYSTEM_ADMIN = "system_admin", "系统管理员", "System administrator"
    SECURITY_ADMIN = "security_admin", "安全管理员", "Security administrator"
    AUDIT_ADMIN = "audit_admin", "安全审计员", "Audit administrator"


class ActorKind(Word):
    """What sort of account acts; ``SYSTEM`` is the jobs' own actor and has no account."""

    PERSON = "person", "工作人员", "Person"
    SYSTEM = "system", "系统", "System"
    SYSTEM_ADMIN = "system_admin", "系统管理员", "System administrator"
    SECURITY_ADMIN = "security_admin", "安全管理员", "Security administrator"
    AUDIT_ADMIN = "audit_admin", "安全审计员", "Audit administrator"


class Relation(Word):
    """What the acting person is to the subject of a case."""

    SELF = "self", "本人", "Self"
    MEMBER = "member", "班子成员", "Member of the body"
    OWN_UNIT = "own_unit", "本单位人员", "Belongs to the unit"
    KIN = "kin", "近亲属", "Kin"
    SUBORDINATE = "subordinate", "下级", "Subordinate"
    SUPERIOR = "superior", "上级", "Superior"
    MUTUAL = "mutual", "本年度互为办理", "Both act on each other"


class ScopeKind(Word):
    """How far a grant reaches; compiled to SQL by the visibility query."""

    ALL = "all", "本系统", "Whole installation"
    ORGAN = "organ", "主管机关", "Managing organ"
    UNIT = "unit", "本单位", "Unit"
    SELF = "self", "本人", "Own person"
    ASSIGNED = "assigned", "指定承办", "Assigned"
    WORKING = "working", "承办单位", "Working unit"


class Duty(Word):
    """What a permit asks of the person who uses it."""

    REASON = "reason", "说明理由", "Give a reason"
    BASIS = "basis", "注明代录依据", "State the basis of the entry"
    SECOND_PERSON = "second_person", "由另一人办理下一步", "Another person takes the next step"
