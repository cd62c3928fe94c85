"""What a vector rests on: statutes, notices of the State Council, local rules, and rules of mere form."""

MIRROR = "https://github.com/LawRefBook/Laws/tree/2f4c5c23716267af9dbebbbbd6cbbf732b101981"
AID = "https://github.com/passwordgloo/Comet-law/blob/c54bdec804f4c43a80f91875a065f8bdcaddd222/docs"
CIVIL_CODE = "https://zh.wikisource.org/wiki/中华人民共和国民法典"
GAZETTE = "https://www.gov.cn/gongbao"
BEIJING = "http://usamodel.cn/newsDetail_forward_16042936"
PETITIONS = f"{MIRROR}/行政法规"


def _source(title: str, article: str, link: str) -> dict[str, str]:
    return {"title": title, "article": article, "link": link}


def _form(title: str, article: str) -> dict[str, str]:
    return _source(title, article, "format")


SOURCES: dict[str, dict[str, str]] = {
    "civil-code-200": _source("民法典", "第二百条：期间按照公历年、月、日、小时计算", CIVIL_CODE),
    "civil-code-201": _source(
        "民法典", "第二百零一条：开始的当日不计入；按小时的自法律规定的时间开始", CIVIL_CODE
    ),
    "civil-code-202": _source(
        "民法典", "第二百零二条：到期月的对应日为最后一日；没有对应日的，月末日", CIVIL_CODE
    ),
    "civil-code-203": _source(
        "民法典", "第二百零三条：休假日的次日为最后一日；二十四时或者停止业务活动的时间截止", CIVIL_CODE
    ),
    "civil-code-204": _source("民法典", "第二百零四条：法律另有规定的除外", CIVIL_CODE),
    "notice-2024": _source(
        "国务院办公厅关于2024年部分节假日安排的通知",
        "国办发明电〔2023〕7号 一至七",
        f"{GAZETTE}/2023/issue_10806/202311/content_6913823.html",
    ),
    "notice-2025": _source(
        "国务院办公厅关于2025年部分节假日安排的通知",
        "国办发明电〔2024〕12号 一至六",
        f"{GAZETTE}/2024/issue_11726/202411/content_6989767.html",
    ),
    "notice-2026": _source(
        "国务院办公厅关于2026年部分节假日安排的通知",
        "2025年11月4日 一至七",
        f"{GAZETTE}/2025/issue_12406/202511/content_7048922.html",
    ),
    "holidays-statutory": _source(
        "全国年节及纪念日放假办法（2024年修订）",
        "第二条：全体公民放假的节日",
        f"{GAZETTE}/2024/issue_11726/202411/content_6989774.html",
    ),
    "holidays-local": _source(
        "全国年节及纪念日放假办法（2024年修订）",
        "第四条：少数民族习惯的节日，由地方人民政府规定放假日期",
        f"{GAZETTE}/2024/issue_11726/202411/content_6989774.html",
    ),
    "chuxiong-2024": _source(
        "楚雄州人民政府办公室关于2024年部分节假日安排的通知",
        "一、自治州成立纪念日4月15日—16日；二、火把节7月29日—31日",
        "https://ddtbk.com/lvyou/e18859f505acf6e69732dfa43a8b5fcb.html",
    ),
    "chuxiong-2025": _source(
        "楚雄州人民政府办公室关于2025年部分节假日安排的通知",
        "火把节7月16日—18日",
        "http://www.shaoxing.com.cn/p/3340391.html",
    ),
    "gbt-33358": _source(
        "GB/T 33358-2016 政府热线服务规范",
        "短信等3分钟内响应，信箱24小时",
        "https://hy.voc.com.cn/view.php?cid=144&tid=141062",
    ),
    "wuhu-urgent": _source(
        "芜湖市12345办理工作规则", "特急：30分钟内电话通知", "https://bjlsbj.com/www/zmhd/zdbz/32306501"
    ),
    "beijing-2h": _source(
        "北京市《12345热线服务与管理规范》（征求意见稿）", "突发事件、生命财产：2小时反馈", BEIJING
    ),
    "beijing-24h": _source("北京市《12345热线服务与管理规范》（征求意见稿）", "水电气热：24小时", BEIJING),
    "anyang-24h": _source(
        "安阳市政务服务条例", "第五十条：24小时内退回", f"{MIRROR}/DLC/河南地方法规/地方性法规/河南"
    ),
    "chuxiong-48h": _source("楚雄州临时救助", "急难：48小时", "http://chuxiong.gov.cn/info/1535/37971.htm"),
    "xiayang-contact": _source(
        "青夏街〔2022〕22号",
        "1个工作日内联系",
        "https://www.shqp.gov.cn/xiay/xyzwgk/ml/yw/20220609/922122.html",
    ),
    "xiayang-rework": _source(
        "青夏街〔2022〕22号",
        "重办3个工作日",
        "https://www.shqp.gov.cn/xiay/xyzwgk/ml/yw/20220609/922122.html",
    ),
    "sichuan-3": _source(
        "四川省12345运行管理办法", "咨询：3个工作日", "https://reportify.cn/news/1213283917809979392"
    ),
    "sichuan-7": _source(
        "四川省12345运行管理办法", "求助、建议：7个工作日", "https://reportify.cn/news/1213283917809979392"
    ),
    "sichuan-15": _source(
        "四川省12345运行管理办法", "投诉举报：15个工作日", "https://reportify.cn/news/1213283917809979392"
    ),
    "weifang-5": _source(
        "潍坊市12345政务服务便民热线条例",
        "第二十条：5个工作日",
        f"{MIRROR}/DLC/山东地方法规/地方性法规/山东",
    ),
    "petitions-objection": _source("信访工作条例", "第二十三条：5个工作日内提出异议", PETITIONS),
    "petitions-register": _source("信访工作条例", "第二十二条：15日内", PETITIONS),
    "petitions-handle": _source("信访工作条例", "第三十四条：60日内办结", PETITIONS),
    "petitions-review": _source("信访工作条例", "第三十五条：复查30日", PETITIONS),
    "aid-3": _source(
        "最低生活保障审核确认办法", "第十五条：3个工作日内启动经济状况调查", f"{AID}/department/1.1.1.md"
    ),
    "aid-10": _source(
        "最低生活保障审核确认办法", "第二十条：县级10个工作日内确认", f"{AID}/department/1.1.1.md"
    ),
    "aid-notice": _source("最低生活保障审核确认办法", "第十九条：公示期7天", f"{AID}/department/1.1.1.md"),
    "aid-30": _source("最低生活保障审核确认办法", "第二十二条：30个工作日", f"{AID}/department/1.1.1.md"),
    "aid-45": _source(
        "最低生活保障审核确认办法", "第二十二条：特殊情形45个工作日", f"{AID}/department/1.1.1.md"
    ),
    "aid-half-year": _source(
        "最低生活保障审核确认办法", "第三十一条：每半年核查", f"{AID}/department/1.1.1.md"
    ),
    "aid-delegated": _source(
        "关于进一步做好最低生活保障等社会救助兜底保障工作的通知",
        "四（一）：20个工作日",
        f"{AID}/policy/2.2.md",
    ),
    "aid-death": _source(
        "关于进一步做好最低生活保障等社会救助兜底保障工作的通知", "3个月内复核", f"{AID}/policy/2.2.md"
    ),
    "aid-leaving": _source(
        "关于进一步做好最低生活保障等社会救助兜底保障工作的通知",
        "渐退期不超过6个月",
        f"{AID}/policy/2.2.md",
    ),
    "destitute-15": _source("特困人员认定办法", "15个工作日", f"{AID}/department/1.2.md"),
    "rigid-12": _source(
        "刚性支出困难家庭认定办法", "第十条：有效期不超过12个月", f"{AID}/department/1.1.3.md"
    ),
    "urgent-aid-3": _source(
        "关于健全完善临时救助制度的意见",
        "小额救助3日内",
        "https://m.163.com/dy/article/KKEIQ8M00514R9KQ.html",
    ),
    "wuhu-9": _source(
        "芜湖市12345办理工作规则", "承诺办理不超过9个月", "https://bjlsbj.com/www/zmhd/zdbz/32306501"
    ),
    "visits-village": _source(
        "盘龙区社会救助工作报道（2023年9月20日）",
        "村（社区）每月走访",
        "http://www.ksrykj.com/news/c/2023-09-20/13760948.shtml",
    ),
    "visits-street": _source(
        "盘龙区社会救助工作报道（2023年9月20日）",
        "街道每半年走访",
        "http://www.ksrykj.com/news/c/2023-09-20/13760948.shtml",
    ),
    "house": _form("本区内部时限", "无上位规定，可调整：派单2、签收4工作小时，特急10分钟"),
    "form-leap": _form("Gregorian leap years", "February has 29 days in 2024 and 28 in 2025, 2026 and 2027"),
    "form-month-end": _form("Months of 28 to 31 days", "a month with no day of the number ends on its last"),
    "form-24": _form("24:00", "24:00 of a day and 00:00 of the next are one moment, written as the latter"),
    "form-year-end": _form("Last second of a year", "one second later it is another year"),
    "form-span-end": _form(
        "End of a span", "hours used up where a span ends are due there, not when work resumes"
    ),
    "form-make-up": _form("Hours of a make-up day", "a make-up day has Monday's hours"),
    "form-offset": _form("Offsets", "a moment may be written with any offset; days are Shanghai's, +08:00"),
    "form-measure": _form("Measures", "between gives the greatest length that is due by the end"),
    "form-unannounced": _form("A year without a notice", "the answer is marked provisional"),
}
