/** 简体中文: questions about a server that only a person can answer, one per server. */
import type { serverQuestions as english } from '../en/server-questions.ts'
import type { Translated } from '../translated.ts'

export const serverQuestions: Translated<typeof english> = {
  questions: {
    tokenTitle: '{{host}} 不接受访问令牌',
    tokenChanged: '此令牌先前有效，现已被更换。文件会一直等待，填入正确的令牌后自动上传。',
    tokenWrong: '令牌可能输入有误，或已被服务器管理员更换。文件会一直等待，填入正确的令牌后自动上传。',
    token: '{{host}} 的访问令牌',
    useToken: '使用此令牌',
    certificateTitle: '{{host}} 出示了另一份证书',
    certificateLead: '证书可能已更新，也可能有人在途中窃听。请仅在服务器管理员确认新指纹后再信任。',
    trustedFingerprint: '此前信任的指纹',
    shownFingerprint: '现在出示的指纹',
    trustNew: '信任新证书',
    redirectTitle: '{{host}} 指向 {{url}}。要使用该地址吗？',
    redirectLead: '访问令牌将发送到该地址。仅在您认识该地址时使用。',
    useAddress: '使用该地址',
    keepWaiting: '继续等待',
    bundled:
      '此服务器由 PhotoFerry 自动管理。如果此消息一直显示，请退出并重新打开 PhotoFerry；文件会保留在列表中。',
    given: '此服务器由命令行指定。请用更改后的内容重新启动 PhotoFerry。',
  },
}
