/**
 * Reads one address over and over, as a process of its own: `node reader.ts <url> <connections> <seconds>`, and `<JSON>`
 * in ASCII where that is to be posted. Prints `{"reads_per_s": ...}`. Uses bare sockets, for a convenient client would be
 * slower than what it measures.
 */
import { connect } from "node:net";
import process from "node:process";

const HEADERS_END = "\r\n\r\n";

const [, , address = "", connections = "", seconds = "", json] = process.argv;
const url = new URL(address);
const target = `${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\n`;
const request =
  json === undefined
    ? `GET ${target}\r\n`
    : `POST ${target}Content-Type: application/json\r\nContent-Length: ${json.length}\r\n\r\n${json}`;
const end = performance.now() + Number(seconds) * 1000;

const begun = performance.now();
const counts = await Promise.all(Array.from({ length: Number(connections) }, readUntilTheEnd));
const tookS = (performance.now() - begun) / 1000;
const reads = counts.reduce((sum, count) => sum + count, 0);
process.stdout.write(`${JSON.stringify({ reads_per_s: reads / tookS })}\n`);

/** Asks, waits for the whole answer, asks again; resolves with the number of answers. */
function readUntilTheEnd(): Promise<number> {
  return new Promise((resolve, reject) => {
    let answers = 0;
    let received = "";
    const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true }, () => socket.write(request));
    socket.setEncoding("latin1");
    socket.on("error", reject);
    socket.on("data", (text: string) => {
      received += text;
      const headersEnd = received.indexOf(HEADERS_END);
      if (headersEnd === -1 || received.length < headersEnd + HEADERS_END.length + lengthOf(received)) return;
      if (!received.startsWith("HTTP/1.1 200 ")) {
        reject(new Error(received));
        return;
      }
      received = "";
      answers += 1;
      if (performance.now() < end) {
        socket.write(request);
      } else {
        socket.destroy();
        resolve(answers);
      }
    });
  });
}

function lengthOf(answer: string): number {
  return Number(/\r\ncontent-length: (\d+)/i.exec(answer)?.[1]);
}
