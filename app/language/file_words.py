"""Words of files: what they are, whom they are for, and why one cannot be kept."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from app.language.words import Words

Said = tuple[LazyString | str, LazyString | str]

AUDIENCES = Words(internal=_("内部"), citizen=_("群众可见"))

#: What a file is, by its type.
SORTS = Words(
    {
        "image/jpeg": _("照片"),
        "image/png": _("图片"),
        "application/pdf": "PDF",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PowerPoint",
        "application/ofd": "OFD",
        "audio/wav": _("录音"),
        "audio/amr": _("录音"),
        "audio/ogg": _("录音"),
        "audio/webm": _("录音"),
        "audio/mp4": _("录音"),
        "audio/mpeg": _("录音"),
    }
)

#: What went wrong with what was asked of a file.
FILE_ERRORS: dict[str, Said] = {
    "attachment_gone": (_("这个附件已经移除。"), _("请刷新页面，看看现在的情况。")),
    "attachment_not_removed": (
        _("这个附件没有移除，或者内容已经清除，不能恢复。"),
        _("请刷新页面，看看现在的情况。"),
    ),
    "attachment_quarantined": (
        _("这个附件还在等待病毒扫描。"),
        _("请过一会儿再打开；一直打不开，请告诉管理员。"),
    ),
    "files_too_large": (
        _("一次提交的文件超过 20 MB。"),
        _("请分几次上传，或把照片缩小；按“返回”，填好的字还在。"),
    ),
    "attachments_archived": (_("工单已经归档，附件不能再增减。"), _("确实需要，请另开工单。")),
}

#: Why a file cannot be kept; `name` is what it is called.
FILE_FIELDS: dict[str, Said] = {
    "no_files": (_("没有选文件。"), _("请选一个或几个文件，再点上传。")),
    "file_empty": (_("“%(name)s”是空的。"), _("请看看原文件能不能打开，再选一次。")),
    "file_too_large": (
        _("“%(name)s”太大，一个文件最多 %(most)s MB。"),
        _("照片请选小一点的尺寸，文件请分成几个，录音请剪短。"),
    ),
    "file_kind": (
        _("“%(name)s”的内容不是可以收的文件（像是 %(looks)s）。"),
        _("可以收照片、录音、PDF、OFD 和 docx、xlsx、pptx 文档；其他的请另存为 PDF 或 JPEG。"),
    ),
    "file_broken": (_("“%(name)s”打不开，文件不完整。"), _("请重新拍照、导出或下载，再选一次。")),
    "file_locked": (_("“%(name)s”加了密码。"), _("请去掉密码，另存一份再选。")),
    "file_macros": (_("“%(name)s”里有宏或其他程序。"), _("请另存为不带宏的文档或 PDF，再选一次。")),
    "picture_too_large": (
        _("“%(name)s”的像素太多。"),
        _("请先缩小到 %(most)s 百万像素以内，再选一次。"),
    ),
    "too_many_at_once": (_("一次最多上传 %(most)s 个文件。"), _("请分几次上传。")),
    "too_many_files": (
        _("附件最多 %(most)s 个，已经有 %(there)s 个。"),
        _("请少选几个，或先移除不要的。"),
    ),
}


def size_of(size: int) -> str:
    """How large a file is, as people say it."""
    return f"{max(1, round(size / 1000))} KB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"
