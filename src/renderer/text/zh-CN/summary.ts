/** 简体中文: what a batch came to, whether the card may be formatted, and what to do with the result. */
import type { summary as english } from '../en/summary.ts'
import type { Translated } from '../translated.ts'

export const summary: Translated<typeof english> = {
  summary: {
    region: '批次结果',
    to: '上传到 {{server}}',
    adding: '请勿格式化存储卡：仍在添加文件。',
    checking: '请勿格式化存储卡：正在再次核对原文件。',
    toDo_other: '请勿格式化存储卡：还有 {{count, number}} 个文件待上传。',
    canLeave: '可以合上电脑，之后会自动继续上传。',
    resume: '请点击“继续”。',
    serverAway: '服务器恢复后会自动继续。',
    connect: '请重新连接“{{name}}”以继续。',
    allStored_other: '{{count, number}} 个文件均已存储并通过校验',
    allPreviews_other: '{{count, number}} 个预览均已存储',
    allCopies_other: '{{count, number}} 个文件均已存储，其中 {{copies, number}} 个为转换后的副本',
    format: '格式化存储卡之前，请先保存上传凭证。',
    seeCard: '请先不要格式化 {{name}}：请看上方。',
    copiesOnly_other: '请勿格式化存储卡：{{count, number}} 个原文件未上传，只上传了转换后的副本。',
    notStored_other: '请勿格式化存储卡：{{count, number}} 个文件未存储。',
    previews: '这些是预览。原文件在单独的批次中：格式化存储卡之前请查看该批次。',
    saveReceipt: '保存上传凭证',
    otherFormats: '其他凭证格式',
    copyLink: '复制链接',
    copied: '已复制链接。任何人都可以凭此链接查看和下载“{{path}}”，有效期 {{days, number}} 天',
    show: '在服务器上查看',
    retry: '重试…',
  },
}
