/**
 * Measures the server with its ledger in MySQL against the same with SQLite, in turns in the same run, with files on
 * the same disk: `.ci/with mariadb node test/bench/ledger-bench.ts [--large MiB --small N --rounds N]`.
 */
import mysql from 'mysql2/promise'
import { inWords, measure, type Round, rounds, workload } from './server-rounds.ts'

const databases = process.env.PHOTOFERRY_TEST_DATABASE
if (databases === undefined) throw new Error('PHOTOFERRY_TEST_DATABASE names no MySQL server; see above.')

async function measureMysql(round: number): Promise<Round> {
  const name = `photoferry_bench_${process.pid}_${round}`
  const connection = await mysql.createConnection(String(databases))
  await connection.query(`CREATE DATABASE ${name}`)
  try {
    return await measure({ DATABASE_URL: `${databases}/${name}` })
  } finally {
    await connection.query(`DROP DATABASE ${name}`)
    await connection.end()
  }
}

console.log(workload)
for (let round = 1; round <= rounds; round += 1) {
  console.log(`round ${round}  SQLite ${inWords(await measure({}))}`)
  console.log(`round ${round}  MySQL  ${inWords(await measureMysql(round))}`)
}
