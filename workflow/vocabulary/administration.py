"""What is done to accounts, grants and the installation, as the journal names it."""

from workflow.vocabulary.word import Word


class AccountAct(Word):
    """The ``action`` of journal entries that belong to no case."""

    INSTALLATION_FOUNDED = "installation_founded", "建立系统", "Installation founded"
    ACCOUNT_CREATED = "account_created", "开立账号", "Account created"
    ACCOUNT_DISABLED = "account_disabled", "停用账号", "Account disabled"
    ACCOUNT_ENABLED = "account_enabled", "启用账号", "Account enabled"
    SLIP_ISSUED = "slip_issued", "发放领取码", "One-time slip issued"
    SLIP_USED = "slip_used", "凭领取码设置密码", "Password set with a slip"
    PASSWORD_CHANGED = "password_changed", "修改密码", "Password changed"
    TOKEN_CONFIRMED = "token_confirmed", "启用动态口令", "Token confirmed"
    TOKEN_REMOVED = "token_removed", "撤销动态口令", "Token removed"
    SIGNED_IN = "signed_in", "登录", "Signed in"
    SIGNED_OUT_EVERYWHERE = "signed_out_everywhere", "退出全部登录", "Signed out everywhere"
    SIGN_IN_CLOSED = "sign_in_closed", "连续输错,暂停登录", "Sign-in paused after failures"
    GRANT_PROPOSED = "grant_proposed", "提出授权", "Grant proposed"
    GRANT_APPROVED = "grant_approved", "批准授权", "Grant approved"
    GRANT_REFUSED = "grant_refused", "不批准授权", "Grant refused"
    GRANT_REVOKED = "grant_revoked", "撤销授权", "Grant revoked"


class JournalSubject(Word):
    """What a journal entry without a case is about."""

    INSTALLATION = "installation", "系统", "Installation"
    ACCOUNT = "account", "账号", "Account"
    GRANT = "grant", "授权", "Grant"


class Material(Word):
    """What a line of the read log was about, where it is not a kind of paper."""

    CASE = "case", "考核卷页面", "Page of a case"
    CASE_LIST_EXPORT = "case_list_export", "导出的考核对象名单", "Exported list of cases"
    SELF_REPORT_SCAN = "self_report_scan", "述职报告扫描件", "Scan of a report"
    TALKS = "talks", "谈话记录列表", "List of talk records"
    TALLY = "tally", "测评统计表页面", "Page of a tally"
    INQUIRY = "inquiry", "了解核实事项", "Inquiry"
    SURVEY = "survey", "群众评价", "Public survey"
    RATING_PROOF = "rating_proof", "差评整改证明", "Proof of a fixed rating"
    OPINION_REQUEST = "opinion_request", "征求意见来函", "Opinion request received"
    SYNTHESIS = "synthesis", "综合研判", "Synthesis"
    EXPLANATION = "explanation", "计算说明", "Explanation of the calculation"
    POOL_PAPER = "pool_paper", "考核组别会议材料", "Meeting paper of a pool"
    POOL_WORKBOOK = "pool_workbook", "导出的会议用表", "Exported meeting workbook"
    RESULT = "result", "考核结果", "Result"
    REVIEW = "review", "复核申诉", "Review"
    MEASURE_PROOF = "measure_proof", "完成情况证明", "Proof of a measure"
    REGISTRATION_FORMS = "registration_forms", "本单位登记表合订件", "Registration forms of a unit"
    SCAN_PAGE = "scan_page", "扫描页", "Scanned page"
    CLASS_SCORES = "class_scores", "同类单位得分表", "Scores of a class"
    UNIT_SCORES = "unit_scores", "单位得分计算", "Scores of a unit"
    OWN_SPOTS = "own_spots", "本单位强弱项", "Strong and weak points of one's own unit"
    ANALYSIS = "analysis", "分析结果", "Analysis"
    FIGURE_PROOF = "figure_proof", "数据佐证材料", "Evidence of a figure"
    SIGNED_SCAN = "signed_scan", "签字件扫描件", "Scan of a signed paper"
