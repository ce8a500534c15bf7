/** 简体中文: where new photos go, and connecting to the server of a studio. */
import type { destination as english } from '../en/destination.ts'
import type { Translated } from '../translated.ts'

export const destination: Translated<typeof english> = {
  destination: {
    bundled: '这台电脑',
    bundledFolder: '这台电脑（{{folder}}）',
    change: '更改',
    menu: '新照片上传到',
    button: '新照片上传到：{{place}}。更改目的地',
    connect: '连接工作室…',
    manage: '服务器设置…',
    changed: '新照片将上传到：{{place}}',
  },

  connect: {
    title: '连接工作室',
    lead: '输入工作室提供的信息，或打开工作室的邀请文件。',
    openInvitation: '打开邀请文件…',
    notAnInvitation: '{{file}} 不是 PhotoFerry 邀请文件。请向工作室重新索取。',
    opened: '来自“{{name}}”的邀请',
    connect: '连接',
    cancel: '取消',
    connected: '已连接。新照片将上传到“{{name}}”。',
    tooMany: '已有 {{most, number}} 个服务器。请先在“设置”中移除一个。',
  },
}
