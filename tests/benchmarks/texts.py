"""Complaints as a district hears them, put together from our own words; some are there to be sought."""

from collections.abc import Iterator
from random import Random
from typing import Any

#: In one text of four, of a hundred, and of two thousand.
COMMON, SOMETIMES, RARE = "噪音", "电梯", "窨井"

OPENINGS = (
    "我是附近的住户，",
    "我母亲今年七十八岁，一个人住，",
    "我们这栋楼的几户人家商量后，",
    "我开着一家小吃店，",
    "我在工地做了四个月，",
    "孩子马上要上小学，",
    "我上个月刚搬到这里，",
    "我替村里几位老人来问，",
)
MATTERS = (
    "楼下的路灯从上周起就不亮了，晚上回家看不清台阶，已经有人摔过一次。",
    "小区门口堆着建筑垃圾，下雨后污水流到路上，来往的人只能绕着走。",
    "申请临时救助的材料交了三个星期，窗口只说还在审核，一直没有人联系我们。",
    "公交站牌被树枝挡住，老人看不清车次，常常坐错方向。",
    "自来水连着三天发黄，沉淀一夜还有泥沙，不敢给小孩喝。",
    "工资已经拖欠两个月，负责人每次都说下周，现在电话也不接了。",
    "学校门口放学时车辆乱停，家长和学生都走在车道中间。",
    "门诊慢性病的报销比例和去年不同，问了两处，说法不一样。",
    "邻居在楼道里停放电瓶车，还从家里拉线充电，担心着火。",
    "村里的健身器材坏了大半，螺丝露在外面，孩子们还在上面玩。",
    "河边的护栏断了一截，只用绳子拦着，夜里很危险。",
    "残疾人补贴这个月没有到账，社区让我们再等等。",
)
SOUGHT = {
    COMMON: "附近施工到深夜，噪音很大，全家都睡不好觉。",
    SOMETIMES: "单元里的电梯停了五天，高层的老人下不了楼。",
    RARE: "路边一处窨井没有盖子，只插了一根树枝。",
}
DETAILS = (
    "之前打过电话给物业，对方答应处理，到现在没有动静。",
    "我们拍了照片，需要的话可以提供。",
    "周边好几户都有同样的情况，并不是我一家。",
    "前后问过三次，每次都被让去另一个窗口。",
    "白天家里没有人，请尽量晚上七点以后联系。",
)
WISHES = (
    "希望有关部门尽快派人来现场看看。",
    "请告诉我们该找哪个单位、需要准备哪些材料。",
    "希望给一个明确的答复时间。",
    "恳请核实后给予解决，谢谢。",
)
SURNAMES = "赵钱孙李周吴郑王冯陈杨朱秦许何吕张孔曹严华金魏陶姜"
VILLAGES = ("牧羊村三组", "东风路二十六号", "青年新村五栋", "金江路八号院", "沿河巷十一号")
DIVISIONS = tuple(f"530103{number:03}" for number in range(1, 13))


def titles_and_texts(random: Random) -> Iterator[tuple[str, str]]:
    """Endless matters of some 120 characters, each with its title."""
    number = 0
    while True:
        sought = [
            word
            for word, every in ((COMMON, 4), (SOMETIMES, 100), (RARE, 2000))
            if number % every == every // 2
        ]
        number += 1
        matter = random.choice(MATTERS)
        parts = (random.choice(OPENINGS), matter, *(SOUGHT[word] for word in sought))
        text = "".join(parts) + random.choice(DETAILS) + random.choice(DETAILS) + random.choice(WISHES)
        yield matter.split("，")[0], text


def citizens(random: Random) -> Iterator[dict[str, str | None]]:
    """Endless names, phones and addresses."""
    while True:
        yield {
            "name": random.choice(SURNAMES) + "某某",
            "phone": f"+8613{random.randrange(10**9):09}",
            "id_number": None,
            "address": random.choice(VILLAGES),
        }


def registrations(random: Random) -> Iterator[dict[str, Any]]:
    """Endless registrations as any client would send them."""
    for (title, text), citizen in zip(titles_and_texts(random), citizens(random), strict=False):
        yield {
            "channel": "phone",
            "kind": "help",
            "title": title,
            "text": text,
            "category": "MZ-07-01",
            "requester": {"name": citizen["name"], "phone": citizen["phone"], "reply_wanted": True},
            "place": {"division": random.choice(DIVISIONS), "address": citizen["address"]},
        }
