/** 简体中文: choosing, filtering and steering many files, what stands still, what a restart found, and failures by reason. */
import type { steering as english } from '../en/steering.ts'
import type { Translated } from '../translated.ts'

export const steering: Translated<typeof english> = {
  kinds: { photo: '照片', raw: 'RAW', video: '视频', document: '文档', other: '其他' },

  steer: {
    toolbar: '对所选文件的操作',
    menu: '所选文件',
    chosen_other: '已选择 {{count, number}} 个文件',
    chooseNone: '取消选择',
    undo: '撤销',
    restored_other: '{{count, number}} 个文件已回到列表',
    copied_other: '已复制 {{count, number}} 个链接，一小时内可在任何浏览器中打开已存储的文件',
    notCopied: '无法复制链接：{{reason}}',
    search: '按名称搜索',
    clearSearch: '清除搜索',
    filter: '更多筛选',
    byStatus: '状态',
    byKind: '类型',
    everyKind: '所有类型',
    sort: '排序',
    sortBy: '排序方式',
    sortQueue: '队列中的位置',
    descending: '反向排列',
    showList: '以列表显示',
    showGrid: '以网格显示',
    showDetails: '显示详情',
    hideDetails: '隐藏详情',
    onlyReason: '因同一原因失败',
    showAll: '显示全部文件',
    matching_other: '{{count, number}} 个文件',
  },

  stall: {
    pausedByYou: '已由您暂停',
    paused_other: '剩余的 {{count, number}} 个文件已由您暂停',
    timetable: '按照您的时间表，现在不上传',
    timetableUntil: '按照您的时间表，等待至 {{time}}',
    serverAway: '正在等待服务器',
    serverFull: '正在等待服务器腾出空间',
    verifying_other: '服务器正在校验 {{count, number}} 个文件',
    noAnswer: '{{seconds, number}} 秒没有回应：网络或服务器磁盘较慢',
    retrying_other: '{{count, number}} 个文件将重试，最早在 {{time}}',
  },

  restart: {
    title: '重启后：',
    safe: '{{amount, number}} 个已安全存储',
    goingOn: '{{amount, number}} 个继续上传',
    changed: '{{amount, number}} 个有改动',
    missing: '{{amount, number}} 个找不到',
    hints: {
      safe: '此前已存储并校验',
      goingOn: '尚未完成：会自动继续，或在您继续时上传',
      changed: '原文件与添加时不同，将按现在的内容上传',
      missing: '原文件已不在原处：请放回或重新连接磁盘，然后按“重试”',
    },
    checking: '仍在检查原文件…',
    shown: '重启报告中的文件：{{group}}',
  },

  failures: {
    title_other: '{{count, number}} 个文件失败',
    lead: '按原因列出其含义和处理办法。已存储的文件不受影响。',
    files_other: '{{count, number}} 个文件',
    show: '显示',
    retry: '重试这些',
    retryAll: '全部重试',
    none: '已没有失败的文件。',
  },
}
