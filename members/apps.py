from django.apps import AppConfig

AUDIT_SENTENCES = {
    "members.woman.opened": "建立了档案",
    "members.woman.opened_beside": "已有同名的档案，仍新建一份：{reason}",
    "members.woman.edited": "修改了档案：{fields}",
    "members.woman.looked_up": "按身份证号查找，{found}",
    "members.woman.departed": "登记离开，{reason}，{on} 起",
    "members.woman.returned": "撤销离开登记，档案恢复在册",
    "members.woman.moved": "把档案由{left}迁到{to}，{on} 起",
    "members.household.opened": "建立了家庭档案",
    "members.household.edited": "修改了家庭档案：{fields}",
    "members.cadre.opened": "建立了干部档案",
    "members.cadre.edited": "修改了干部档案：{fields}",
    "members.cadre.appointed": "登记任职：{branch}{post}",
    "members.cadre.left_post": "登记离任：{branch}{post}",
}


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = "妇女与干部"

    def ready(self) -> None:
        from federation import audit, unit_pages
        from members import listings, units

        audit.sentences(AUDIT_SENTENCES)
        listings.register()
        unit_pages.show("members.cadres", units.cadres_of)
