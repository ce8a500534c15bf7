/** 简体中文: the bar at the bottom: totals, speed, time left, why nothing moves, the server. */
import type { statusBar as english } from '../en/status-bar.ts'
import type { Translated } from '../translated.ts'

export const statusBar: Translated<typeof english> = {
  statusBar: {
    label: '总进度',
    files_other: '已存储 {{stored, number}}/{{count, number}} 个文件',
    bytes: '{{acknowledged}}/{{total}}',
    checking: '正在检查原文件是否有变化…',
    allDone: '所有文件均已存储并通过校验',
    saved: '转换后节省 {{amount}}',
    progressText: '{{percent}}：已校验 {{verified}}，服务器已接收 {{acknowledged}}，传输中 {{inFlight}}',
    plot: '最近几分钟的上传速度',
    lastKnown: '以下为断开连接前的状态',
    server: {
      starting: '正在启动本机服务器…',
      bundled: '本机服务器',
      checking: '正在检查服务器…',
      reachable: '已连接到 {{host}}',
      unavailable: '{{host}} 暂不可用（自 {{since}} 起）',
    },
    trouble: {
      reason: '{{host}}：{{reason}}',
      nextTry: '自 {{since}} 起；{{seconds, number}} 秒后重试',
      trying: '自 {{since}} 起；正在重试',
      question: '显示问题',
    },
  },

  perSecond: '{{amount}}/秒',

  timeLeft: {
    seconds: '即将完成',
    aboutSeconds: '剩余约 {{seconds, number}} 秒',
    aboutMinutes: '剩余约 {{minutes, number}} 分钟',
    aboutHours: '剩余约 {{hours, number}} 小时',
    aboutHoursAndMinutes: '剩余约 {{hours, number}} 小时 {{minutes, number}} 分钟',
    moreThanADay: '剩余超过一天',
    secondsRange: '剩余 {{low, number}}–{{high, number}} 秒',
    minutesRange: '剩余 {{low, number}}–{{high, number}} 分钟',
    hoursRange: '剩余 {{low, number}}–{{high, number}} 小时',
  },

  stall: {
    paused_other: '{{count, number}} 个文件已暂停',
    timetable: '已按时间表暂停',
    timetableUntil: '已按时间表暂停至 {{time}}',
    serverAway: '正在等待服务器',
    serverFull: '正在等待服务器腾出空间',
    driveAway: '正在等待 {{name}}',
    driveAwayFiles_other: '正在等待 {{name}}（{{count, number}} 个文件）',
    verifying_other: '服务器正在校验 {{count, number}} 个文件',
    noAnswer: '{{seconds, number}} 秒没有响应：网络或服务器较慢',
    beingWritten_other: '{{count, number}} 个文件仍在写入',
    retrying_other: '将重试 {{count, number}} 个文件，最早在 {{time}}',
  },
}
