"""What leads to a person is covered however it is written; all else stays to the letter."""

import re

import pytest

from tickets.ground.redaction import TOKENS, redact
from tickets.ground.redaction.finders import Kind

MOBILE, LANDLINE, ID_NUMBER = TOKENS[Kind.MOBILE], TOKENS[Kind.LANDLINE], TOKENS[Kind.ID_NUMBER]
CARD, PLATE, NAME = TOKENS[Kind.BANK_CARD], TOKENS[Kind.PLATE], TOKENS[Kind.NAME]


@pytest.mark.parametrize(
    "written",
    [
        "13800000001",
        "+8613800000001",
        "+86 138 0000 0001",
        "0086-138-0000-0001",
        "86 13800000001",
        "(86)13800000001",
        "013800000001",
        "138.0000.0001",
        "138 00000001",
        "1380 000 0001",
        "138–0000–0001",
        "138\n0000\n0001",
        "1 3 8 0 0 0 0 0 0 0 1",
        "1-38 0000.00 01",
        "１３８０００００００１",
        "138\u200b0000\u200b0001",
        "１３８－００００－０００１",
        "一三八零零零零零零零一",
        "幺三八零零零零，零零零幺",
        "壹叁捌零零零零零零零壹",
        "1三8零零零零0001",
        "一三八 〇〇〇〇 〇〇〇一",
    ],
)
def test_a_mobile_is_covered_however_it_is_written(written: str) -> None:
    covered = redact(f"请打{written}找我。")

    assert covered.text == f"请打{MOBILE}找我。"
    assert covered.found == {Kind.MOBILE: 1}


@pytest.mark.parametrize(
    "text, covered",
    [
        ("wx13800000001", f"wx{MOBILE}"),
        ("13800000001/13900000002", f"{MOBILE}/{MOBILE}"),
        ("13800000001 13900000002", f"{MOBILE} {MOBILE}"),
        ("1380000000113900000002", CARD),
        ("12345转13800000001", f"12345转{MOBILE}"),
        ("我住3栋13800000001", f"我住3栋{MOBILE}"),
        ("统一一三八零零零零零零零一", f"统{MOBILE}"),
    ],
)
def test_a_mobile_beside_other_things_is_covered(text: str, covered: str) -> None:
    assert redact(text).text == covered


@pytest.mark.parametrize(
    "text, covered",
    [
        ("0871-65123456", LANDLINE),
        ("087165123456", LANDLINE),
        ("(0871)6512 3456", LANDLINE),
        ("（0871）65123456", LANDLINE),
        ("0871—6512345转801", f"{LANDLINE}转801"),
        ("+86 871 6512 3456", LANDLINE),
        ("010-62345678", LANDLINE),
        ("零八七一六五一二三四五六", LANDLINE),
        ("打65123456找我", f"打{LANDLINE}找我"),
        ("联系电话：6512345", f"联系电话：{LANDLINE}"),
        ("座机6512-3456", f"座机{LANDLINE}"),
        ("电话6512345、6512346", f"电话{LANDLINE}、{LANDLINE}"),
        ("+852 6123 4567", LANDLINE),
    ],
)
def test_a_landline_is_covered_with_its_area_and_without(text: str, covered: str) -> None:
    assert redact(text).text == covered


@pytest.mark.parametrize(
    "written",
    [
        "530103199001011234",
        "53010319900101123X",
        "53010319900101123x",
        "530103 19900101 1234",
        "530103 1990 0101 123X",
        "530103-19900101-1234",
        "５３０１０３１９９００１０１１２３Ｘ",
        "5 3 0 1 0 3 1 9 9 0 0 1 0 1 1 2 3 4",
        "530 103 199 001 011 234",
        "999999999999999999",
        "999999 99999999 999X",
        "530103900101123",
        "530103 900101 123",
        "300000 013000000000",
        "五三零一零三一九九零零一零一一二三四",
    ],
)
def test_an_id_number_is_covered_whether_its_check_digit_fits_or_not(written: str) -> None:
    assert redact(f"身份证{written}，请查").text == f"身份证{ID_NUMBER}，请查"


@pytest.mark.parametrize(
    "written",
    [
        "6222021234567890",
        "6222021234567890123",
        "6222 0212 3456 7890 123",
        "6222-0212-3456-7890",
        "62220212345678901",
    ],
)
def test_a_card_is_covered(written: str) -> None:
    assert redact(f"卡号{written}").text == f"卡号{CARD}"


@pytest.mark.parametrize(
    "written",
    [
        "京A12345",
        "云A·D12345",
        "云A D12345",
        "云a12345",
        "云A-12345",
        "云 A 12345",
        "云A12 345",
        "云A1234警",
        "云A1234学",
        "粤Z1234港",
        "粤Z1234澳",
        "沪AF12345",
        "云Ａ１２３４５",
    ],
)
def test_a_plate_is_covered(written: str) -> None:
    assert redact(f"车牌{written}的车").text == f"车牌{PLATE}的车"


@pytest.mark.parametrize(
    "text, kept",
    [
        ("邮箱jin.x_1@example.com，请回", "邮箱〔邮箱已遮盖〕，请回"),
        ("邮箱jin＠example．com", "邮箱〔邮箱已遮盖〕"),
        ("微信：jin_xl2026", "微信：〔账号已遮盖〕"),
        ("微信号:wxid_9ab8", "微信号:〔账号已遮盖〕"),
        ("加微信号jinxl88", "加微信号〔账号已遮盖〕"),
        ("QQ：12345678", "QQ：〔账号已遮盖〕"),
        ("qq号123456789", "qq号〔账号已遮盖〕"),
        ("QQ 123456", "QQ 〔账号已遮盖〕"),
        ("VX：jin_xl2026", "VX：〔账号已遮盖〕"),
    ],
)
def test_addresses_of_the_net_are_covered(text: str, kept: str) -> None:
    assert redact(text).text == kept


@pytest.mark.parametrize(
    "text",
    [
        "金秀兰",
        "金 秀 兰",
        "金　秀兰",
        "金·秀兰",
        "金女士",
        "金 女士",
        "金老师",
        "金师傅",
        "金大爷",
        "金奶奶",
        "金某",
    ],
)
def test_a_known_name_is_covered(text: str) -> None:
    covered = redact(f"我是{text}，住这里", names=["金秀兰", None])

    assert covered.text == f"我是{NAME}，住这里"
    assert covered.found == {Kind.NAME: 1}


@pytest.mark.parametrize("text", ["金色的门", "小金库", "现金三百", "金局长不在", "奖金", "金"])
def test_a_surname_alone_is_no_name(text: str) -> None:
    assert redact(text, names=["金秀兰"]).text == text


def test_names_of_other_shapes_are_known() -> None:
    assert redact("欧阳先生、欧先生", names=["欧阳修文"]).text == f"{NAME}、欧先生"
    assert redact("买买提·艾力和买买提艾力", names=["买买提·艾力"]).text == f"{NAME}和{NAME}"
    assert redact("Li Wei and LIWEI, not Liwein", names=["Li Wei"]).text == f"{NAME} and {NAME}, not Liwein"
    assert redact("李先生", names=["李"]).text == NAME
    assert redact("群众反映匿名举报", names=["匿名", "群众", " ", ""]).text == "群众反映匿名举报"
    assert redact("姓名：姓名不详(a|b)", names=["(a|b)"]).text == f"姓名：姓名不详{NAME}"


@pytest.mark.parametrize(
    "text",
    [
        "拨打12345、110、119、120、122、12315、12348、95598和10086都没有用",
        "400-800-1234和4008001234、800-8001-234是厂家的",
        "每月3800元，共13800元、1,380,000,000.01元、65000000元，￥65123456，约6512万",
        "2026年11月23日、2026-11-23 09:12:30、2026/11/23、2026.11.23、20261123、1986.2-1991.11",
        "2019-2020年，1500-2000元，2019 2020 2021 2022",
        "编号26112300041270，261123 0004 1270",
        "国办函〔2025〕66号、昆政发〔2019〕12号、GB/T 8390-2007",
        "3栋2单元1203室，北京路65号附18号，门牌530103",
        "订单号65123456，合同编号6512345678，KM20261123001",
        "区号530103012210，设备1003788-6200",
        "A市A3区、新A区、云南A类、B座2301室",
        "微信群里说，微信公众号panlong12345发了，QQ群里也有",
        "一五一十、三三两两、二〇二六年、百分之九十九点九",
        "每周一、三、五、七点",
    ],
)
def test_what_leads_to_nobody_stays(text: str) -> None:
    covered = redact(text)

    assert covered.text == text
    assert not covered.found


def test_covered_twice_is_covered_once() -> None:
    text = "金秀兰 13800000001 0871-65123456 530103199001011234 云A12345 a@b.cn 微信：jin_xl QQ：12345678"
    once = redact(text, names=["金秀兰", "姓名"])

    assert redact(once.text, names=["金秀兰", "姓名"]).text == once.text
    assert not re.search(r"\d", once.text)
    assert sum(once.found.values()) == 8


def test_no_value_is_told_beside_the_text() -> None:
    assert redact("13800000001、13900000002、金秀兰", names=["金秀兰"]).found == {
        Kind.MOBILE: 2,
        Kind.NAME: 1,
    }
