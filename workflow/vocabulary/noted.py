"""What is done besides the declared moves, and about what: the words of such journal entries."""

from workflow.vocabulary.word import Word


class NotedAct(Word):
    """The ``action`` of a journal entry that moves nothing."""

    OPEN_CASE = "open_case", "建立考核卷", "Case opened"
    WRITE_SYNTHESIS = "write_synthesis", "写综合研判", "Synthesis written"
    WRITE_COMMENT = "write_comment", "写评语和等次建议", "Comment and suggested grade written"
    COMPUTE_SUGGESTION = (
        "compute_suggestion",
        "计算参考意见,核对不得确定为优秀的情形",
        "Suggestion and bars computed",
    )  # fmt: skip
    ADD_BARS = (
        "add_bars",
        "登记的情况加入不得确定为优秀的情形",
        "Bars added by a fact entered since",
    )
    WRITE_STATEMENT = "write_statement", "填写本人意见", "Statement written"
    RECORD_SIGNATURE = "record_signature", "登记签收情况", "Signature recorded"
    RECORD_TALK = "record_talk", "记录谈话", "Talk recorded"
    SIGN_TALK = "sign_talk", "谈话记录签名", "Talk record signed"
    SET_PARTICIPATION = "set_participation", "确定参加方式", "Way of taking part set"
    PROPOSE_PARTICIPATION = (
        "propose_participation",
        "按名册推定参加方式",
        "Ways of taking part proposed",
    )
    SET_COMMENTER = "set_commenter", "确定评语填写人", "Commenter set"
    ASSIGN = "assign", "指定承办人员", "Work assigned"
    REMIND = "remind", "提醒办理", "Reminded by the office"
    ISSUE_DOCUMENT = "issue_document", "出具公文", "Paper issued"
    VOID_DOCUMENT = "void_document", "公文作废", "Paper voided"
    FILE_SCAN = "file_scan", "归入签字扫描件", "Signed scan filed"
    RELEASE_SCAN = "release_scan", "取出签字扫描件", "Signed scan taken out"
    DISCARD_SCAN = "discard_scan", "剔除扫描页", "Scanned page put aside"
    TAKE_UP_SCAN = "take_up_scan", "取回剔除的扫描页", "Page put aside taken up again"
    PLAN_MEASURE = "plan_measure", "安排结果运用事项", "Measure planned"
    CREATE_CYCLE = "create_cycle", "建立考核年度", "Assessment year created"
    CREATE_DATA_SHEET = "create_data_sheet", "建立实绩数据表", "Data sheet created"
    CREATE_MEETING = "create_meeting", "安排测评会", "Meeting planned"
    CREATE_POOL = "create_pool", "建立考核组别", "Pool created"
    CREATE_OPINION_REQUEST = "create_opinion_request", "拟定征求意见函", "Opinion request drafted"
    CREATE_INQUIRY = "create_inquiry", "提出了解核实事项", "Inquiry raised"
    CREATE_OBJECTION = "create_objection", "登记公示异议", "Objection registered"
    CREATE_REVIEW = "create_review", "提出复核申诉", "Review asked for"
    CREATE_MEASURE = "create_measure", "提出结果运用事项", "Measure proposed"
    CREATE_FILING = "create_filing", "列入归档", "Listed for filing"
    CREATE_HOLD = "create_hold", "设置暂缓", "Hold placed"
    SET_UP_CYCLE = "set_up_cycle", "确定年度方案和时间安排", "Scheme and timetable of a year set"
    LOAD_DAYS = "load_days", "载入工作日安排", "Working days loaded"
    ADD_SCHEME_VERSION = "add_scheme_version", "登记考核方案版本", "Scheme version recorded"
    START_SCHEME_DRAFT = "start_scheme_draft", "起草考核方案", "Scheme draft started"
    SAVE_SCHEME_DRAFT = "save_scheme_draft", "保存考核方案草稿", "Scheme draft saved"
    ASK_AMENDMENT = "ask_amendment", "提出方案变更", "Amendment asked for"
    REBASE_AMENDMENT = (
        "rebase_amendment",
        "方案变更改按现行方案",
        "Amendment moved onto the scheme in force",
    )
    APPROVE_AMENDMENT = "approve_amendment", "批准方案变更", "Amendment approved"
    PUT_AMENDMENT_IN_FORCE = "put_amendment_in_force", "方案变更生效", "Amendment in force"
    DECLINE_AMENDMENT = "decline_amendment", "不批准方案变更", "Amendment declined"
    IMPORT_ROSTER = "import_roster", "导入名册", "Roster imported"
    RECORD_UNIT_CHANGES = "record_unit_changes", "登记单位变动", "Unit changes recorded"
    ADD_EVENT = "add_event", "登记考核对象情况", "Event of a subject recorded"
    DECLARE_RELATION = "declare_relation", "登记回避关系", "Relation declared"
    ASSIGN_LEADER = "assign_leader", "登记分管领导", "Leader put in charge"
    END_LEADER = "end_leader", "登记结束分管", "Charge ended"
    WITHDRAW_LEADER = "withdraw_leader", "撤销分管登记", "Charge taken back"
    KEEP_SCAN = "keep_scan", "保存述职报告扫描件", "Scan of a report kept"
    UPLOAD_REPORT = "upload_report", "上传述职报告", "Self-report uploaded"
    ENTER_VALUE = "enter_value", "填报数据", "Figure entered"
    ATTACH_PROOF = "attach_proof", "附佐证材料", "Evidence attached"
    ADD_VALUE_ROWS = "add_value_rows", "增加填报项目", "Rows added to a data sheet"
    VERIFY_VALUE = "verify_value", "审核数据", "Figures verified"
    RETURN_VALUE = "return_value", "退回数据", "Figure returned"
    CONFIRM_VALUES = "confirm_values", "单位确认数据", "Figures confirmed by the unit"
    OBJECT_VALUE = "object_value", "对数据提出异议", "Figure objected to"
    ANSWER_CORRECTED = "answer_corrected", "答复数据异议:更正", "Objection answered: corrected"
    ANSWER_KEPT = "answer_kept", "答复数据异议:维持原值", "Objection answered: kept"
    RECORD_FRAUD = "record_fraud", "登记数据弄虚作假", "Fraud recorded"
    ENTER_ITEM = "enter_item", "填报加减分事项", "Deduction or bonus entered"
    VERIFY_ITEM = "verify_item", "审核加减分事项", "Deduction or bonus verified"
    RETURN_ITEM = "return_item", "退回加减分事项", "Deduction or bonus returned"
    CHARGE_ITEM = (
        "charge_item",
        "改由方案新定的部门审核加减分事项",
        "Entries handed to new departments",
    )
    OBJECT_ITEM = "object_item", "对加减分事项提出异议", "Deduction or bonus objected to"
    ANSWER_ITEM_CORRECTED = (
        "answer_item_corrected", "答复加减分异议:更正", "Objection to an entry answered: corrected",
    )  # fmt: skip
    ANSWER_ITEM_KEPT = (
        "answer_item_kept",
        "答复加减分异议:维持",
        "Objection to an entry answered: kept",
    )
    WITHDRAW_ITEM = "withdraw_item", "撤销加减分事项", "Deduction or bonus withdrawn"
    TAKE_OBSERVATIONS = "take_observations", "导入数据清单", "List of observations taken over"
    OPEN_CONFLICT_AGAIN = "open_conflict_again", "核对关系重新不成立", "Check fails again"
    CLOSE_CONFLICT = "close_conflict", "核对关系已成立", "Check holds again"
    REOPEN_CONFLICT = "reopen_conflict", "重新处理矛盾数据", "Contradiction reopened"
    SETTLE_CONFLICT_TAKEN = (
        "settle_conflict_taken",
        "处理矛盾数据:采用新数",
        "Contradiction: new figure",
    )
    SETTLE_CONFLICT_KEPT = "settle_conflict_kept", "处理矛盾数据:保留原数", "Contradiction: kept"
    SETTLE_CONFLICT_CORRECTED = (
        "settle_conflict_corrected",
        "处理矛盾数据:改正后成立",
        "Contradiction: true after a correction",
    )  # fmt: skip
    CONFIRM_PERFORMANCE = "confirm_performance", "确认单位绩效结果", "Units' own results confirmed"
    CONFIRM_SATISFACTION = "confirm_satisfaction", "确认群众满意度", "Satisfaction confirmed"
    RETURN_PERFORMANCE = "return_performance", "退回单位绩效结果", "Units' own results returned"
    RETURN_SATISFACTION = "return_satisfaction", "退回群众满意度", "Satisfaction returned"
    RECORD_PERFORMANCE = "record_performance", "登记单位绩效结果", "Units' own results recorded"
    RECORD_SATISFACTION = "record_satisfaction", "登记群众满意度", "Satisfaction of units recorded"
    EDIT_MEETING = "edit_meeting", "修改测评会安排", "Meeting changed"
    JOIN_MEETING = "join_meeting", "合并开会", "Units joined in one meeting"
    LOCK_PACKAGE = "lock_package", "封存测评表样", "Ballot form put under its digest"
    PRINT_CARDS = "print_cards", "制作测评卡", "Cards made"
    REISSUE_CARD = "reissue_card", "补发测评卡", "Card re-issued"
    RECONCILE_CARDS = "reconcile_cards", "核对测评卡", "Cards reconciled"
    CONFIRM_REMARK = "confirm_remark", "确认测评卡情况说明", "Remark on the cards confirmed"
    CHOOSE_KIT = "choose_kit", "会场使用离线箱", "Offline kit chosen for a hall"
    DROP_KIT = "drop_kit", "会场不再使用离线箱", "Offline kit given up"
    HAND_OUT_URN = "hand_out_urn", "测评箱交会场", "Urn handed out to a hall"
    TAKE_BACK_URN = "take_back_urn", "测评箱取回", "Urn taken back"
    OPEN_URN = "open_urn", "开箱收测评表", "Urn made ready"
    REPAIR_URN = "repair_urn", "清理中断的测评箱", "Interrupted urn put right"
    EXPORT_URN = "export_urn", "导出测评箱文件", "Urn exported as a file"
    PRINT_PAPER = "print_paper", "印制民主测评表", "Paper ballots printed"
    COLLECT_PAPER = "collect_paper", "收回民主测评表", "Paper ballots collected"
    JOIN_PAPER = "join_paper", "纸质测评表入箱", "Paper ballots joined to the urn"
    BEGIN_PAPER = "begin_paper", "开始录入纸质测评表", "Typing of paper ballots begun"
    FINISH_PAPER = "finish_paper", "录完纸质测评表", "Typing of paper ballots finished"
    SETTLE_PAPER = "settle_paper", "裁定录入差异", "Difference in typing settled"
    RECEIVE_LATE = "receive_late", "收下迟到的测评表", "Late paper received"
    MAKE_KEY_SET = "make_key_set", "制作启封密钥", "Opening key made"
    TEST_KEY_SET = "test_key_set", "试用启封密钥", "Opening key tested"
    OPEN_COUNT = "open_count", "启封计票", "Urn opened and counted"
    SIGN_TALLY = "sign_tally", "签署测评统计表", "Tally signed"
    DESTROY_ORIGINALS = "destroy_originals", "销毁原始票", "Originals destroyed"
    GIVE_NAMED_OPINION = "give_named_opinion", "具名评价", "Named opinion given"
    HAND_OUT_CODES = "hand_out_codes", "发放评价码", "Survey codes handed out"
    MOVE_SEATS = "move_seats", "调剂优秀名额", "Seats moved"
    RECORD_STEP = "record_step", "记录会议", "Meeting of the deciding chain recorded"
    LOOK_AT_HOLD = "look_at_hold", "复查暂缓事项", "Hold looked at again"
    OPEN_RELOOK = "open_relook", "列入复看名单", "Listed to be looked at again"
    CLOSE_RELOOK = "close_relook", "完成复看", "Looked at again"
    KEEP_ANALYSIS = "keep_analysis", "保存分析", "Analysis kept"
    SWITCH_INTERVALS = "switch_intervals", "切换名次区间", "Rank intervals switched"
    ENQUEUE = "enqueue", "提交后台办理", "Job handed over"
    CANCEL = "cancel", "停止后台办理", "Job stopped"
    REQUEUE = "requeue", "重新投递", "Put into the queue again"


class NotedSubject(Word):
    """What a journal entry is about, where it has no declared process."""

    AMENDMENT = "amendment", "方案变更", "Amendment"
    CALENDAR = "calendar", "工作日安排", "Calendar"
    DOCUMENT = "document", "公文", "Paper"
    JOB = "job", "后台办理", "Job"
    KEY_SET = "key_set", "启封密钥", "Opening key"
    OUTBOX = "outbox", "待发事项", "Outbox"
    PORTFOLIO = "portfolio", "分管登记", "Charge of a leader"
    RELATION = "relation", "回避关系", "Relation"
    ROSTER = "roster", "名册", "Roster"
    SCAN_STACK = "scan_stack", "扫描件", "Stack of scans"
    SCHEME = "scheme", "考核方案", "Scheme"
    SCHEME_DRAFT = "scheme_draft", "考核方案草稿", "Scheme draft"
    SUBJECT_EVENT = "subject_event", "考核对象情况", "Event of a subject"
    SYNTHESIS = "synthesis", "综合研判", "Synthesis"
    TALK = "talk", "谈话记录", "Talk record"
    UNIT_CHANGES = "unit_changes", "单位变动", "Unit changes"
    UNIT_RESULTS = "unit_results", "单位结果", "Units' own results"
