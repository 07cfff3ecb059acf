// The theme fetches the search index and starts its worker on every page. Here both wait
// until somebody searches: half of what a page would weigh. If the theme comes to fetch
// in another way, search still works, and the test of the pages' weight says so.
{
  const { open, send } = XMLHttpRequest.prototype;
  const indexRequests = new WeakSet();

  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    if (String(url).endsWith("search/search_index.json")) indexRequests.add(this);
    return open.call(this, method, url, ...rest);
  };

  XMLHttpRequest.prototype.send = function (...body) {
    const query = new URLSearchParams(location.search);
    const input = document.querySelector("[data-md-component=search-query]");
    const wait = indexRequests.has(this) && input && document.activeElement !== input
      && !query.has("q") && !query.has("h");
    if (!wait) return send.apply(this, body);
    input.addEventListener("focus", () => send.apply(this, body), { once: true });
  };

  // What the theme and its worker say to each other.
  const QUERY = 2, RESULT = 3;
  // The words that the index leaves out.
  const common = new RegExp("^(a|all|an|and|any|are|as|at|be|by|can|could|do|else|ever|every|for"
    + "|from|get|got|had|has|have|how|if|in|into|is|it|its|just|least|let|like|may|most|must|no"
    + "|nor|not|of|off|often|on|only|or|other|our|own|rather|said|say|should|since|so|some|than"
    + "|that|the|then|this|to|too|us|was|we|what|when|where|which|while|who|why|will|with|yet"
    + "|you|your|i|after|about|across|also|either|because|been|but)$", "i");
  // In the worker's own language: of an identifier all parts; no word that the index leaves
  // out; and if that finds nothing, any of the parts, each longer one with a letter wrong.
  const whole = (query) => {
    const said = query.replace(/(?<!\w)[^\W_]+(?:_[^\W_]+)+/g, (name) =>
      name.split("_").map((part) => (common.test(part) ? "" : `+${part}`)).join(" "));
    return said.split(/\s+/).filter((word) => !common.test(word)).join(" ").trim() || said;
  };
  const nearly = (query) => query.replaceAll("_", " ")
    .replace(/[\p{L}\d]{4,}/gu, (word) => `${word}~`);

  class LaterWorker extends EventTarget {
    #asked = "";
    #start;
    #worker;

    constructor(start) {
      super();
      this.#start = start;
    }

    postMessage(message) {
      if (!this.#worker) {
        this.#worker = this.#start();
        this.#worker.addEventListener("message", ({ data }) => this.#answer(data));
      }
      if (message.type === QUERY) {
        this.#asked = message.data;
        message = { type: QUERY, data: whole(message.data) };
      }
      this.#worker.postMessage(message);
    }

    // A query that finds nothing is asked once more, for words that are nearly the same.
    #answer(data) {
      const again = nearly(this.#asked);
      if (data.type === RESULT && !data.data.items.length && again !== this.#asked) {
        this.postMessage({ type: QUERY, data: again });
      } else {
        this.dispatchEvent(new MessageEvent("message", { data }));
      }
    }
  }

  // A page from a folder may start no worker: there its script runs in a hidden frame.
  class FrameWorker extends EventTarget {
    #window;
    #ready;

    constructor(address) {
      super();
      const frame = document.createElement("iframe");
      frame.hidden = true;
      document.body.append(frame);
      this.#window = frame.contentWindow;
      this.#window.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
      const script = frame.contentDocument.createElement("script");
      script.src = address;
      this.#ready = new Promise((done) => { script.onload = done; });
      frame.contentDocument.body.append(script);
    }

    async postMessage(data) {
      await this.#ready;
      this.#window.dispatchEvent(new MessageEvent("message", { data }));
    }
  }

  // Only the search's worker waits; any other is the browser's own.
  window.Worker = new Proxy(window.Worker, {
    construct(Worker, [address, ...options]) {
      const start = () => (location.protocol === "file:" ? new FrameWorker(address)
        : new Worker(address, ...options));
      return /\/workers\/search\./.test(String(address)) ? new LaterWorker(start) : start();
    },
  });
}
