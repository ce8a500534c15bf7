/** 简体中文: the review of a drop before it is uploaded, and what the skip rules are called. */
import type { survey as english } from '../en/survey.ts'
import type { Translated } from '../translated.ts'

export const survey: Translated<typeof english> = {
  skipRule: {
    noPreview: '无法生成预览',
    nameTaken: '同名只留一个：{{path}} 已有另一个文件',
    group: { photo: '照片', raw: 'RAW 文件', video: '视频', document: '文档', other: '其他文件' },
    extension: '.{{extension}} 文件',
    pattern: '名称符合 {{pattern}}',
    empty: '空文件',
  },

  leftOut: {
    count_other: '已略过 {{count, number}} 个系统文件或文件夹',
    hint: '操作系统、NAS 或图库软件留下的内容，例如缩略图和回收站。如仍要上传，请单独添加。',
  },

  survey: {
    title: '上传前检查：{{name}}',
    reading_other: '正在扫描… {{count, number}} 个文件',
    scanning: '正在扫描…',
    comparing: '正在查找重复文件…',
    total_other: '{{count, number}} 个文件',
    groups: { photo: '照片', raw: 'RAW', video: '视频', document: '文档', other: '其他文件' },
    preset: '照片上传为',
    to: '上传到',
    originalsStay: '原图不会上传，请勿格式化存储卡。',
    estimate: '预计总共上传 {{least}} 至 {{most}}。',
    unchanged: '全部文件不经转换，直接上传。',
    converted_other: '将转换 {{count, number}} 张照片（{{size}}），其余文件不经转换，直接上传。',
    unreadable_other: '{{count, number}} 个文件或文件夹无法读取',
    unreadableHint: '它们会在列表中显示为失败，并各自注明原因。',
    overLimit_other: '{{count, number}} 个文件超过大小限制',
    overLimitHint: '在“设置”中提高限制之前，它们会在列表中显示为失败。',
    empty_other: '{{count, number}} 个文件是空的',
    emptyHint: '空文件仍会上传。请检查来源存储卡。',
    skipped_other: '跳过 {{count, number}} 个文件：{{rule}}',
    skippedHint: '跳过规则可在“设置”中更改。如仍要上传，请在列表中点击“重试”。',
    duplicates_other: '{{count, number}} 个重复文件（{{size}}）',
    duplicatesHint:
      '大小相同，且开头和末尾一致；其余部分未比较。每个文件保留自己的名称，服务器已有的内容不会再次上传。',
    waiting_other: '{{count, number}} 个文件已在列表中，不会重复添加',
    finished_other: '{{count, number}} 个文件曾在列表中，会向服务器确认是否已有',
    nothing: '没有可上传的内容。',
    start_other: '上传 {{count, number}} 个文件',
    startUnknown: '全部上传',
    cancel: '取消',
    gone: 'PhotoFerry 已重新启动，请重新添加文件。',
  },
}
