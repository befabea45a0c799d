from django.urls import path

from reports.views import blocks, desk, figures, summaries

app_name = "reports"
urlpatterns = [
    path("", desk.front, name="front"),
    path("desk/", desk.desk, name="desk"),
    path("desk/summaries/", summaries.summary_list, name="summary_list"),
    path("desk/summaries/open/", summaries.summary_open, name="summary_open"),
    path("desk/summaries/pdf/", summaries.summaries_pdf, name="summaries_pdf"),
    path("desk/summaries/<int:pk>/", summaries.summary_edit, name="summary_edit"),
    path("desk/summaries/<int:pk>/preview/", summaries.summary_preview, name="summary_preview"),
    path("desk/summaries/<int:pk>/versions/", summaries.summary_versions, name="summary_versions"),
    path("desk/summaries/<int:pk>/title/", summaries.summary_entitle, name="summary_entitle"),
    path("desk/summaries/<int:pk>/compile/", summaries.summary_compile, name="summary_compile"),
    path("desk/summaries/<int:pk>/send/", summaries.summary_send, name="summary_send"),
    path("desk/summaries/<int:pk>/return/", summaries.summary_return, name="summary_return"),
    path("desk/summaries/<int:pk>/approve/", summaries.summary_approve, name="summary_approve"),
    path("desk/summaries/<int:pk>/revise/", summaries.summary_revise, name="summary_revise"),
    path("desk/summaries/<int:pk>/pdf/", summaries.summary_pdf, name="summary_pdf"),
    path("desk/summaries/<int:pk>/blocks/add/", blocks.block_add, name="block_add"),
    path("desk/blocks/<int:pk>/edit/", blocks.block_edit, name="block_edit"),
    path("desk/blocks/<int:pk>/move/", blocks.block_move, name="block_move"),
    path("desk/blocks/<int:pk>/remove/", blocks.block_remove, name="block_remove"),
    path("desk/documents/<int:pk>/", summaries.document, name="document"),
    path("desk/figures/", figures.figures, name="figures"),
    path("desk/figures/export/", figures.figures_export, name="figures_export"),
    path("desk/figures/<int:pk>/", figures.figure, name="figure"),
    path("desk/figures/<int:pk>/<str:code>/<int:year>/", figures.figure_rows, name="figure_rows"),
]
