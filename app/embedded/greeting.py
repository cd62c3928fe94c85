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
2. 以 dispatcher 转办给阿子营街道，再以 handler@530103012 签收、联系群众、答复
   As dispatcher transfer it to Aziying subdistrict, then as handler@530103012 sign, contact and reply
3. 不登录，在 {url}/track 用工单编号和查询码查看进度
   Without signing in, follow it at {url}/track with its number and tracking code

按 Ctrl-C 结束，数据保留在 var/ 。 Ctrl-C ends it; the data stay in var/.
"""


def greeting(record: DemoRecord) -> str:
    return WORDS.format(url=record.base_url, password=record.password)
