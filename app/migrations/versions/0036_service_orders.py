"""Service orders: items, contracts with agencies, orders."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import tickets.ground.columns

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

MOMENT = tickets.ground.columns.Moment(timezone=True)
WORDS = postgresql.ARRAY(sa.String())

#: What a new house can order: code, kind, name, what is done each time. A district adds its own.
ITEMS = (
    ("SH-01", "living", "助餐", ("送餐到家", "查看食物是否新鲜", "收回餐具")),
    ("SH-02", "living", "保洁", ("清扫房间", "清洗厨房和卫生间", "清理垃圾", "检查水电气安全")),
    ("SH-03", "living", "理发", ("理发", "清理碎发")),
    ("SH-04", "living", "洗衣缝补", ("洗衣", "晾晒", "缝补")),
    ("SH-05", "living", "助浴", ("测量血压", "助浴", "检查皮肤")),
    ("SH-06", "living", "体检", ("测量血压", "测量血糖", "记录结果并告知")),
    ("SH-07", "living", "用药指导", ("核对药品和有效期", "讲解用法用量", "整理药盒")),
    ("SH-08", "living", "陪同就医", ("接送", "陪同挂号就诊", "取药并讲解")),
    ("RR-01", "social", "社区活动", ("接送", "陪同参加活动")),
    ("RR-02", "social", "邻里互助结对", ("介绍结对邻居", "留下联系方式")),
    ("NL-01", "ability", "技能培训", ("讲课", "练习", "留下作业")),
    ("NL-02", "ability", "课业辅导", ("辅导作业", "与家长沟通")),
    ("NL-03", "ability", "康复训练", ("评估", "训练", "教家人练习")),
    ("XL-01", "mind", "心理疏导", ("倾听和谈话", "填写量表", "约定下次时间")),
    ("PB-01", "company", "陪伴聊天", ("陪伴聊天", "查看生活状况")),
    ("PB-02", "company", "生日陪伴", ("送上祝福", "陪伴过生日")),
)


def upgrade() -> None:
    op.execute(sa.schema.CreateSequence(sa.Sequence("service_order_number")))
    op.execute(sa.schema.CreateSequence(sa.Sequence("service_contract_number")))
    items = op.create_table(
        "service_item",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("checklist", WORDS, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind in ('living', 'social', 'ability', 'mind', 'company')", name="kind_is_known"
        ),
        sa.PrimaryKeyConstraint("code"),
    )
    op.bulk_insert(
        items,
        [
            {"code": code, "kind": kind, "name": name, "checklist": list(done), "active": True}
            for code, kind, name, done in ITEMS
        ],
    )
    _contracts()
    _orders()


def _contracts() -> None:
    op.create_table(
        "service_contract",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("prices", postgresql.JSONB(), nullable=False),
        sa.Column("workers", WORDS, nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.CheckConstraint("used between 0 and quota", name="the_quota_holds"),
        sa.CheckConstraint("starts_on <= ends_on", name="it_ends_after_its_start"),
        sa.ForeignKeyConstraint(["agency"], ["unit.code"]),
        sa.PrimaryKeyConstraint("id"),
        postgresql_with={"fillfactor": 85},
    )


def _orders() -> None:
    op.create_table(
        "service_order",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("need_id", sa.BigInteger(), nullable=False),
        sa.Column("household_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("contract_id", sa.BigInteger(), nullable=True),
        sa.Column("agency", sa.String(), nullable=True),
        sa.Column("price", sa.Integer(), nullable=True),
        sa.Column("serve_by", sa.Date(), nullable=True),
        sa.Column("worker", sa.String(), nullable=True),
        sa.Column("planned_at", MOMENT, nullable=True),
        sa.Column("checked_in_at", MOMENT, nullable=True),
        sa.Column("late_minutes", sa.Integer(), nullable=False),
        sa.Column("recipient_missed", sa.Integer(), nullable=False),
        sa.Column("worker_missed", sa.Integer(), nullable=False),
        sa.Column("done", WORDS, nullable=False),
        sa.Column("signer", sa.String(), nullable=True),
        sa.Column("signature", sa.LargeBinary(), nullable=True),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("accepted_by", sa.String(), nullable=True),
        sa.Column("accepted_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "state in ('proposed', 'approved', 'organised', 'scheduled', 'serving', 'delivered', 'accepted',"
            " 'refused', 'cancelled')",
            name="state_is_known",
        ),
        sa.CheckConstraint("signer in ('self', 'family', 'guardian', 'witness')", name="signer_is_known"),
        sa.CheckConstraint("rating between 1 and 5", name="a_rating_is_one_to_five"),
        sa.CheckConstraint(
            "state not in ('delivered', 'accepted') or signature is not null",
            name="a_delivered_one_is_signed",
        ),
        sa.ForeignKeyConstraint(["need_id"], ["assistance_need.id"]),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"]),
        sa.ForeignKeyConstraint(["member_id"], ["household_member.id"]),
        sa.ForeignKeyConstraint(["item"], ["service_item.code"]),
        sa.ForeignKeyConstraint(["contract_id"], ["service_contract.id"]),
        sa.ForeignKeyConstraint(["agency"], ["unit.code"]),
        sa.PrimaryKeyConstraint("id"),
        postgresql_with={"fillfactor": 85},
    )
    op.create_index("service_order_household", "service_order", ["household_id"])
    op.create_index("service_order_contract", "service_order", ["contract_id", "accepted_at"])
    op.create_index("service_order_agency", "service_order", ["agency", "id"])


def downgrade() -> None:
    op.drop_table("service_order")
    op.drop_table("service_contract")
    op.drop_table("service_item")
    op.execute(sa.schema.DropSequence(sa.Sequence("service_contract_number")))
    op.execute(sa.schema.DropSequence(sa.Sequence("service_order_number")))
