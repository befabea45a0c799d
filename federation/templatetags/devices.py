"""A browser's own description in words its owner recognises."""

from django import template

register = template.Library()

# The first that is found counts: a phone's browser also names Linux, and every browser names Safari.
SYSTEMS = {
    "HarmonyOS": "鸿蒙手机", "Android": "安卓手机", "iPhone": "苹果手机", "iPad": "苹果平板", "Windows": "Windows 电脑",
    "Macintosh": "苹果电脑", "Linux": "Linux 电脑",
}  # fmt: skip
BROWSERS = {
    "MicroMessenger": "微信", "DingTalk": "钉钉", "HuaweiBrowser": "华为浏览器", "MiuiBrowser": "小米浏览器",
    "QQBrowser": "QQ 浏览器", "UCBrowser": "UC 浏览器", "Edg/": "Edge 浏览器", "Firefox": "Firefox 浏览器",
    "Chrome": "Chrome 浏览器", "Safari": "Safari 浏览器",
}  # fmt: skip


@register.filter
def device(user_agent: str) -> str:
    system = next((words for mark, words in SYSTEMS.items() if mark in user_agent), "未知设备")
    browser = next((words for mark, words in BROWSERS.items() if mark in user_agent), "未知浏览器")
    return f"{system}，{browser}"
