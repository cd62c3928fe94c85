"""What the demo says on standard output once it answers."""

from app.embedded.place import DemoRecord

WORDS = """\
转办 Zhuanban  {url}

账号 Accounts: operator dispatcher reviewer caller supervisor auditor admin
  承办 Units: handler@UNIT, head@UNIT    如 e.g. handler@panlong-civil, head@530103012
password: {password}

试一试 Three things to try
1. 以 operator 登录 {url}/sign-in ，登记一件来电诉求
   Sign in as operator at {url}/sign-in and register a call
2. 以 dispatcher 转办给区民政局，再以 handler@panlong-civil 签收、联系群众、答复，以 reviewer 审核
   As dispatcher transfer it to the civil affairs bureau; as handler@panlong-civil sign, contact, reply;
   as reviewer pass the answer
3. 在 {url}/phones 看群众收到的短信并回复 5，在 {url}/track 用编号和查询码查看结果
   Read the citizen's texts at {url}/phones and answer 5; follow the ticket at {url}/track

按 Ctrl-C 结束，数据保留在 var/ 。 Ctrl-C ends it; the data stay in var/.
"""


def greeting(record: DemoRecord) -> str:
    return WORDS.format(url=record.base_url, password=record.password)
