"""Forms in the federation's own words, and the shapes of state words."""

from __future__ import annotations

from django import forms, template
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

register = template.Library()

CHOOSING = (forms.ChoiceField, forms.ModelChoiceField)
# What stands instead of Django's stock sentence for a problem. A form that says it better keeps its own words.
WORDS = {
    "required": "请填{label}。",
    "invalid_choice": "{label}要从列出的选项里选。",
    "invalid_list": "{label}要从列出的选项里选。",
    "max_length": "{label}最多 {limit_value} 个字，现在有 {show_value} 个。",
    "min_length": "{label}至少 {limit_value} 个字，现在有 {show_value} 个。",
    "max_value": "{label}不能大于 {limit_value}。",
    "min_value": "{label}不能小于 {limit_value}。",
    "max_digits": "{label}的数字太长，最多 {max} 位。",
    "max_decimal_places": "{label}最多写 {max} 位小数。",
    "empty": "选的文件是空的，请换一个。",
    "incorrect_code": "验证码不对。它每 30 秒换一次，请看手机上现在显示的，并核对手机的时间。",
    "null_characters_not_allowed": "{label}里有看不见的字符，请重新输入。",
}
INVALID = {
    forms.IntegerField: "{label}要写数字，例如 12。",
    forms.DateTimeField: "{label}写作 2026-11-24 09:30 的样子。",
    forms.DateField: "{label}写作 2026-11-24 的样子。",
    forms.TimeField: "{label}写作 09:30 的样子。",
    forms.FileField: "文件没有传上来，请再选一次。",
}
# Shape of each state word (screens/README.md): ring, diamond, half disc, disc, dash; or a filled tag.
SHAPES = {
    "check": "待审阅 待核对 待审核 待确认 待审批 待复核",
    "doing": "办理中 治疗中 送审中 正在办理 进行中 跟进中 筛查中 还款中 正在生成",
    "done": "已办结 已解决 已到账 已完成 已审定 已发放 已结清 已入库 在用 有效",
    "shut": "已撤回 不符合 已取消 已撤销 已停用 已结束 不再跟进",
}
TAGS = {"late": "超过时限 不满意重办 没有完成", "wait": "已退回 明天到期 今天到期 低于目标 需要帮助"}
LOOKS: dict[str, dict[str, str]] = {
    **{word: {"shape": shape, "tag": ""} for shape, words in SHAPES.items() for word in words.split()},
    **{word: {"shape": "", "tag": tag} for tag, words in TAGS.items() for word in words.split()},
}


@register.filter
def state_look(word: object) -> dict[str, str]:
    return LOOKS.get(str(word), {"shape": "", "tag": ""})


@register.filter
def unstopped(text: object) -> str:
    """A sentence that goes on: what follows brings its own full stop."""
    return str(text).rstrip("。")


@register.filter
def is_optional(field: BoundField) -> bool:
    return not field.field.required and not isinstance(field.field, forms.BooleanField)


@register.filter
def problems(field: BoundField) -> list[str]:
    """What is wrong with a field, each in a sentence that names the field and the cure."""
    return [_sentence(field, error) for error in field.errors.as_data()]


@register.filter
def all_problems(form: forms.BaseForm | None) -> list[tuple[str, str]]:
    """(id of the control, sentence) for every problem of a form, in the order of its fields."""
    if form is None or not form.is_bound:
        return []
    whole = [("", WORDS.get(error.code or "", " ".join(error.messages))) for error in form.non_field_errors().as_data()]
    return whole + [(_anchor(field), words) for field in form for words in problems(field)]


def _anchor(field: BoundField) -> str:
    """A group of choices has no control of its own: its first choice is focused."""
    group = isinstance(field.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)
    return f"{field.auto_id}_0" if group else field.id_for_label


def _sentence(field: BoundField, error: ValidationError) -> str:
    stock = _stock_words(field.field, error)
    if stock is None:
        return " ".join(error.messages)
    return stock.format(label=field.label, **(error.params or {}))


def _stock_words(field: forms.Field, error: ValidationError) -> str | None:
    code = error.code or ""
    if code in field.error_messages and str(error.message) != str(_default_message(field, code)):
        return None
    if code == "required" and isinstance(field, forms.BooleanField):
        return "请勾选“{label}”。"
    if code == "required":
        verb = "请选" if isinstance(field, (*CHOOSING, forms.FileField)) else "请填"
        return verb + "{label}。"
    if code == "invalid":
        known = code in field.error_messages
        return next((words for kind, words in INVALID.items() if known and isinstance(field, kind)), None)
    return WORDS.get(code)


def _default_message(field: forms.Field, code: str) -> object:
    for kind in type(field).__mro__:
        own = kind.__dict__.get("default_error_messages", {})
        if code in own:
            return own[code]
    return ""
