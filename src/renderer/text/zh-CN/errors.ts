/** 简体中文: what main and server say in English sentences, by code. English needs none: theirs are shown as they are. */
import type { ErrorCode } from '../../../shared/protocol/errors.ts'
import { cases, problems } from './error-cases.ts'

const codes = {
  'source-missing': '原文件已不在原处。请放回文件或重新连接所在的磁盘，然后点按“重试”。',
  'source-unreadable': '无法读取原文件。请检查权限和所在的磁盘，然后点按“重试”。',
  'source-not-a-file': '这不是普通文件，无法上传。',
  'source-changed': '文件在上传过程中被修改。',
  'source-too-large': '文件超过“设置”中的大小上限，未上传。',
  'not-convertible': '无法按所选预设转换这张照片。',
  'server-unreachable': '无法连接服务器。',
  'connection-lost': '连接已断开。',
  'connection-stalled': '连接长时间没有响应。',
  'tls-untrusted': '服务器的安全证书不受信任。',
  'not-photoferry': '该地址上运行的不是 PhotoFerry 服务器。请检查地址。',
  'bad-request': '请求无法识别。',
  unauthorized: '服务器不接受此访问令牌。',
  forbidden: '服务器拒绝访问。',
  'not-found': '找不到请求的内容。',
  'task-gone': '服务器上已没有此上传任务。',
  'name-invalid': '服务器不接受此文件名。请重命名文件后再添加。',
  'length-required': '服务器未收到数据长度。',
  'file-too-large': '文件超过服务器的大小上限。',
  'chunk-invalid': '服务器不接受此数据块。',
  'chunk-corrupted': '数据在传输途中损坏。',
  'chunk-conflict': '服务器上的数据与本机不一致。',
  'chunks-missing': '服务器缺少部分数据。',
  'task-busy': '服务器正在处理此文件。',
  'digest-mismatch': '服务器收到的内容与原文件不一致。',
  'too-many-requests': '服务器正忙。',
  'request-timeout': '服务器等待数据超时。',
  'storage-full': '服务器空间不足。',
  'storage-failed': '服务器读写磁盘失败。',
  'server-closing': '服务器正在关闭。',
  'server-error': '服务器出现意外错误。',
  'disk-full': '本机磁盘空间不足。请腾出空间，然后点按“重试”。',
  'journal-damaged': '部分记录已损坏，已移到一旁保留。其余内容不受影响。',
  'state-in-use': '另一个 PhotoFerry 正在使用同一份记录。',
  internal: '出现意外问题。',
} as const satisfies Readonly<Record<ErrorCode, string>>

export const errors = { code: codes, case: cases, problem: problems } as const
