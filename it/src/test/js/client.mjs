// MQTT.js behind lines of tab-separated words: commands on standard input, what happens on standard output.
//
//   node client.mjs URL OPTIONS
//
//   subscribe FILTER OPTIONS          done | failed REASON
//   publish TOPIC OPTIONS BASE64      done | failed REASON
//   end
//
// It says `connected CONNACK`, `message TOPIC QOS RETAIN BASE64 PROPERTIES`, `disconnected CODE`, `closed`.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import mqtt from 'mqtt'

const [url, given] = process.argv.slice(2)
const options = { reconnectPeriod: 0, ...JSON.parse(given) }
if (options.caFile) {
  options.ca = readFileSync(options.caFile)
}

const say = (...words) => console.log(words.join('\t'))
const answer = (error) => (error ? say('failed', error.code ?? error.message) : say('done'))
// Buffers (correlation data) as text, so that a test can read them.
const json = (value) =>
  JSON.stringify(value ?? {}, (_, v) => (v?.type === 'Buffer' ? Buffer.from(v.data).toString() : v))

const client = mqtt.connect(url, options)
client.on('connect', (connack) => say('connected', json(connack)))
client.on('message', (topic, payload, packet) =>
  say('message', topic, packet.qos, packet.retain, payload.toString('base64'), json(packet.properties)))
client.on('disconnect', (packet) => say('disconnected', packet.reasonCode))
client.on('close', () => say('closed'))
client.on('error', (error) => say('failed', error.code ?? error.message))

const commands = {
  subscribe: (filter, options) => client.subscribe(filter, JSON.parse(options), answer),
  publish: (topic, options, payload) =>
    client.publish(topic, Buffer.from(payload ?? '', 'base64'), JSON.parse(options), answer),
  end: () => client.end(false, {}, () => process.exit(0)),
}
createInterface({ input: process.stdin }).on('line', (line) => {
  const [command, ...words] = line.split('\t')
  commands[command](...words)
})
