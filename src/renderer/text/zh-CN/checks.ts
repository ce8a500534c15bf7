/** 简体中文: what is said before and about files that are added: checks, and the summary of a drop before it starts. */
import type { checks as english } from '../en/checks.ts'
import type { Translated } from '../translated.ts'

export const checks: Translated<typeof english> = {
  skipRule: {
    group: { photo: '照片', raw: 'RAW 文件', video: '视频', document: '文档', other: '其他文件' },
    extension: '.{{extension}} 文件',
    pattern: '名称符合 {{pattern}}',
    empty: '空文件',
  },

  survey: {
    title: '开始之前：{{name}}',
    reading_other: '正在查看：目前 {{count, number}} 个文件…',
    comparing: '正在查找其中的重复文件…',
    total_other: '{{count, number}} 个文件',
    groups: { photo: '照片', raw: 'RAW', video: '视频', document: '文档', other: '其他文件' },
    preset: '照片发送方式',
    asTheyAre: '全部按原样发送。',
    converted_other: '{{count, number}} 张照片（{{size}}）以副本发送，其余按原样发送。',
    unreadable_other: '{{count, number}} 个文件或文件夹无法读取',
    unreadableHint: '它们会在列表中显示为失败，并各自注明原因。',
    overLimit_other: '{{count, number}} 个文件超过大小限制',
    overLimitHint: '在“设置”中提高限制之前，它们会在列表中显示为失败。',
    empty_other: '{{count, number}} 个文件是空的',
    emptyHint: '它们不含任何字节，会按原样发送。请检查来源存储卡。',
    skipped_other: '跳过 {{count, number}} 个文件：{{rule}}',
    skippedHint: '由“设置”中的跳过规则决定。已在列表中的可用“重试”发送。',
    duplicates_other: '{{count, number}} 个文件与此次添加中的其他文件重复（{{size}}）',
    duplicatesHint:
      '大小相同，且开头和末尾 64 KB 一致；其余部分未比较。每个文件保留自己的名称，服务器已有的内容不会再次发送。',
    waiting_other: '{{count, number}} 个文件已在列表中，不会重复添加',
    finished_other: '{{count, number}} 个文件曾在列表中；会向服务器确认是否已有',
    nothing: '没有可发送的内容。',
    start_other: '上传 {{count, number}} 个文件',
    startUnknown: '全部上传',
    cancel: '取消',
    gone: 'PhotoFerry 重新启动后已忘记此次添加，请重新添加。',
    leftOut_other: '{{count, number}} 个文件被跳过规则排除',
  },

  dropSettings: {
    review: '开始前查看概览',
    reviewHint: '显示其内容：类型、大小、重复文件、无法读取的文件。大批量指 5,000 个文件或 200 GB。',
    reviews: { always: '总是', large: '仅大批量', never: '从不' },
    skip: '跳过',
    skipHint: '适用于今后添加的所有文件。被跳过的文件在列表中显示为已取消，并注明原因。',
    extensions: '扩展名',
    extensionsPlaceholder: 'xmp, thm',
    extensionsInvalid: '请输入扩展名，例如 xmp，用逗号分隔',
    patterns: '文件或文件夹名称',
    patternsPlaceholder: '*_edited*, Rejected',
    patternsHint: '* 代表任意字符，? 代表一个字符。',
    patternsInvalid: '请输入不含 / 或 \\ 的名称，用逗号分隔',
    groups: {
      photo: '照片',
      raw: 'RAW 文件',
      video: '视频',
      document: '文档（含附属文件）',
      other: '其他文件',
    },
    empty: '空文件',
  },
}
