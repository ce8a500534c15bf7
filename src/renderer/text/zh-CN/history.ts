/** 简体中文: the history of finished batches and their receipts. */
import type { history as english } from '../en/history.ts'
import type { Translated } from '../translated.ts'

export const history: Translated<typeof english> = {
  history: {
    title: '历史记录',
    lead: '所有已完成的批次。格式化存储卡之前，请先保存上传凭证：其中列出每个文件、校验值和服务器的确认信息。',
    empty: '尚无已完成的批次',
    emptyLead: '批次完成后，可以在这里保存上传凭证。',
    loading: '正在载入历史记录…',
    search: '按名称或服务器搜索',
    none: '没有符合的批次',
    to: '上传到 {{server}}',
    toThisComputer: '上传到本机服务器',
    stored_other: '已存储 {{count, number}} 个文件',
    showMissing: '未送达的文件',
    took: '{{bytes}}，用时 {{duration}}',
    average: '平均 {{speed}}',
    seconds: '{{seconds, number}} 秒',
    minutes: '{{minutes, number}} 分钟',
    hours: '{{hours, number}} 小时 {{minutes, number}} 分钟',
    receipt: '上传凭证',
    receiptOf: '{{name}} 的上传凭证',
    receiptCsv: '电子表格（CSV）',
    receiptJson: 'JSON 文件',
    receiptMd5: 'MD5 清单（md5sum）',
    receiptSha256: 'SHA-256 清单（sha256sum）',
    receiptMhl: '媒体哈希清单（ASC MHL）',
    saved: '上传凭证已保存为 {{path}}',
    delete: '删除记录',
    deleteEntry: '删除记录：{{name}}',
    deleteQuestion: '要删除这条记录及其上传凭证吗？已存储的文件会保留。',
    deleteCancel: '取消',
    showFailures: '失败的文件',
    andMore: '以及另外 {{more, number}} 个',
    showMore: '显示更早的批次',
  },
}
