/** 简体中文: the history of finished batches and their receipts. */
import type { history as english } from '../en/history.ts'
import type { Translated } from '../translated.ts'

export const history: Translated<typeof english> = {
  history: {
    title: '历史记录',
    lead: '已完成的批次都会保留在这里，即使已从列表中移除。格式化存储卡之前请先保存回执：其中列出每个文件的大小、校验值和服务器的确认信息。',
    empty: '尚无已完成的批次',
    emptyLead: '批次完成后，可以在这里保存回执。',
    loading: '正在读取历史记录…',
    search: '按名称或服务器搜索',
    none: '没有符合的批次',
    to: '上传到 {{server}}',
    stored_other: '已存储 {{count, number}} 个文件',
    failed_other: '{{count, number}} 个失败',
    canceled_other: '{{count, number}} 个已取消',
    took: '{{bytes}}，用时 {{duration}}',
    average: '平均 {{speed}}',
    seconds: '{{seconds, number}} 秒',
    minutes: '{{minutes, number}} 分钟',
    hours: '{{hours, number}} 小时 {{minutes, number}} 分钟',
    receipt: '回执',
    receiptOf: '{{name}} 的回执',
    receiptCsv: '表格（CSV）',
    receiptJson: '供程序读取（JSON）',
    saved: '回执已保存为 {{path}}',
    forget: '移除',
    forgetOf: '移除 {{name}}',
    forgetAsk: '要移除这条记录及其回执吗？已存储的文件不受影响。',
    forgetYes: '移除',
    forgetNo: '保留',
    showFailures: '失败的文件',
    andMore: '以及另外 {{more, number}} 个',
    showMore: '显示更早的记录',
  },
}
