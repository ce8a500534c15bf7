/** 简体中文: batches, the list of files, one file's row, and the bar at the bottom. */
import type { queue as english } from '../en/queue.ts'
import type { Translated } from '../translated.ts'

export const queue: Translated<typeof english> = {
  status: {
    queued: '排队中',
    preparing: '正在处理',
    hashing: '正在读取',
    uploading: '正在上传',
    verifying: '正在校验',
    paused: '已暂停',
    waiting: '等待中',
    done: '已完成',
    failed: '失败',
    canceled: '已取消',
  },

  perSecond: '{{amount}}/秒',

  timeLeft: {
    seconds: '即将完成',
    aboutSeconds: '剩余约 {{seconds, number}} 秒',
    aboutMinutes: '剩余约 {{minutes, number}} 分钟',
    aboutHours: '剩余约 {{hours, number}} 小时',
    aboutHoursAndMinutes: '剩余约 {{hours, number}} 小时 {{minutes, number}} 分钟',
    moreThanADay: '剩余超过一天',
  },

  batches: {
    title: '批次',
    all: '全部文件',
    counts: '{{done, number}}/{{total, number}}',
    failed: '{{failed, number}} 个失败',
    showFailed: '显示失败的文件',
    scanning: '仍在查找文件…',
    pause: '暂停此批次',
    resume: '继续此批次',
    cancel: '取消此批次',
    actions: '批次操作',
  },

  list: {
    grid: '文件',
    columns: { name: '名称', size: '大小', progress: '进度', speed: '速度', actions: '操作' },
    show: '按状态显示文件',
    filters: { all: '全部', unfinished: '进行中', failed: '失败', done: '已完成' },
    removeFinished: '清除已结束项',
    removeFinishedHint: '将已完成和已取消的文件移出列表。原文件和已存储的副本不受影响。',
    removed_other: '已将 {{count, number}} 个文件移出列表',
    topFolder: '顶层文件夹',
    progressLabel: '{{name}} 的进度',
    pause: '暂停',
    resume: '继续',
    retry: '重试',
    cancel: '取消',
    open: '打开',
    download: '下载',
    showInFolder: '在文件夹中显示',
  },

  row: {
    label: '{{name}}，{{status}}，{{percent}}',
    readingPercent: '正在读取 {{percent}}',
    converted: '{{before}} → {{after}}',
    fullStop: '。',
    sentenceGap: '',
    waitingForServer: '正在等待服务器',
    waitingForRoom: '正在等待服务器腾出空间',
    retryingAt_ordinal_other: '将于 {{time}} 重试（第 {{count}} 次，共 {{most, number}} 次）',
    retryingSoon_ordinal_other: '正在重试（第 {{count}} 次，共 {{most, number}} 次）',
  },

  statusBar: {
    label: '总进度',
    files_other: '{{done, number}}/{{count, number}} 个文件',
    bytes: '{{acknowledged}}/{{total}}',
    allDone: '所有文件均已存储并通过校验',
    lastKnown: '以下为断开连接前的状态',
    server: {
      starting: '正在启动本机服务器…',
      bundled: '本机服务器',
      checking: '正在检查服务器…',
      reachable: '已连接到 {{host}}',
      unreachable: '自 {{since}} 起无法连接 {{host}}',
    },
  },
}
