// The ask page: puts questions to POST /v1/chat and shows what streams back.
// Text from the service only ever becomes text nodes and attributes, never markup.

const byId = (id) => document.getElementById(id);
const field = (root, name) => root.querySelector(`[data-field="${name}"]`);
const form = byId("asking");
const question = byId("question");
const treaty = byId("treaty");
const send = byId("send");
const turns = byId("turns");
const progress = byId("progress");
const again = byId("new-conversation");

const reasons = Object.fromEntries(
  [...byId("reasons").content.querySelectorAll("[data-reason]")].map((item) => [
    item.dataset.reason,
    item.textContent,
  ]),
);

// The conversation lives as long as the tab: coming back from a treaty's page finds it again.
const KEPT = "pacta-conversation";
let conversation = null;
// The question the server itself has answered on this page (?q=…). It is no part of a conversation;
// it becomes the first turn of one when the reader asks on.
let opening = null;
let busy = false;

function remember(id) {
  conversation = id;
  try {
    if (id) sessionStorage.setItem(KEPT, id);
    else sessionStorage.removeItem(KEPT);
  } catch {
    // Without storage the conversation lasts as long as the page.
  }
}

function remembered() {
  try {
    return sessionStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

// Showing

function clone(template) {
  return byId(template).content.firstElementChild.cloneNode(true);
}

function quotationUrl(citation) {
  return `${citation.url}?start=${citation.start}&end=${citation.end}#quotation`;
}

function fillBadge(node, citation) {
  const badge = field(node, "text_status");
  badge.textContent = citation.text_status;
  badge.hidden = citation.text_status === "authentic";
}

function makeCard(citation, id) {
  const card = clone("card-template");
  card.id = id;
  for (const name of ["number", "citation", "quote"]) field(card, name).textContent = citation[name];
  field(card, "link").href = quotationUrl(citation);
  const page = field(card, "page");
  page.hidden = citation.source.page === null;
  page.textContent = `page ${citation.source.page}`;
  fillBadge(card, citation);
  return card;
}

function makeNear(citation) {
  const item = clone("near-template");
  for (const name of ["citation", "quote"]) field(item, name).textContent = citation[name];
  field(item, "link").href = quotationUrl(citation);
  fillBadge(item, citation);
  return item;
}

// "… [1] …" with the numbers that have a citation as links to their cards.
function linked(text, citations, turnId) {
  const known = new Set(citations.map((citation) => String(citation.number)));
  return text.split(/(\[\d{1,4}\])/).map((piece) => {
    const number = piece.slice(1, -1);
    if (!/^\[\d+\]$/.test(piece) || !known.has(number)) return document.createTextNode(piece);
    const link = document.createElement("a");
    link.className = "cite";
    link.href = `#${turnId}-${number}`;
    link.setAttribute("aria-label", `Citation ${number}`);
    link.textContent = piece;
    return link;
  });
}

function addTurn(words) {
  const turn = clone("turn-template");
  turn.id = `turn-${turns.childElementCount + 1}`;
  field(turn, "question").textContent = words;
  turns.append(turn);
  document.body.classList.add("talking");
  again.hidden = false;
  return turn;
}

function show(turn, answer) {
  const abstained = answer.status === "abstained";
  field(turn, "answer").classList.toggle("abstained", abstained);
  field(turn, "verdict").textContent = reasons[answer.reason] ?? "";
  field(turn, "verdict").hidden = !answer.reason;
  field(turn, "text").replaceChildren(...linked(answer.answer, answer.citations, turn.id));
  field(turn, "cards").replaceChildren(
    ...answer.citations.map((citation) => makeCard(citation, `${turn.id}-${citation.number}`)),
  );
  field(turn, "cards").hidden = answer.citations.length === 0;
  field(turn, "related_title").textContent = abstained ? "Nearest articles" : "See also";
  field(turn, "nears").replaceChildren(...answer.related.map(makeNear));
  field(turn, "related").hidden = answer.related.length === 0;
}

function showFailure(turn, detail) {
  const message = document.createElement("p");
  message.className = "failure";
  message.setAttribute("role", "alert");
  message.textContent = detail;
  field(turn, "answer").replaceChildren(message);
}

// Asking

class Refused extends Error {
  constructor(problem) {
    super(problem.detail);
    this.type = problem.type;
  }
}

async function post(body) {
  const response = await fetch("/v1/chat", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({ detail: response.statusText }));
  throw new Refused(problem);
}

// The events of a response: [name, data] pairs.
async function* events(response) {
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += decoder.decode(value, { stream: true });
    const blocks = text.split("\n\n");
    text = blocks.pop();
    for (const block of blocks) {
      const event = Object.fromEntries(
        block.split("\n").map((line) => line.split(/: (.*)/s, 2)),
      );
      if (event.event) yield [event.event, JSON.parse(event.data)];
    }
  }
}

async function answerInto(turn, words, treaties) {
  if (opening) {
    const first = await (await post(opening)).json();
    remember(first.conversation_id);
    opening = null;
  }
  const response = await post({
    question: words,
    treaties,
    conversation_id: conversation,
    stream: true,
  });
  const soFar = { answer: "", status: "answered", reason: null, citations: [], related: [] };
  let whole = null;
  for await (const [name, data] of events(response)) {
    if (name === "citation") soFar.citations.push(data);
    if (name === "delta") soFar.answer += data.text;
    if (name === "error") throw new Refused(data);
    if (name === "done") whole = data;
    show(turn, whole ?? soFar);
  }
  if (!whole) throw new Error("The connection ended before the answer did. Ask again.");
  remember(whole.conversation_id);
  return whole;
}

async function ask(words) {
  if (busy || !words.trim()) return;
  busy = true;
  send.setAttribute("aria-disabled", "true");
  const treaties = treaty.value ? [treaty.value] : [];
  const turn = addTurn(words.trim());
  const place = field(turn, "answer");
  place.classList.add("waiting");
  progress.textContent = "Looking it up";
  question.value = "";
  grow();
  turn.scrollIntoView({ block: "start" });
  try {
    let answer;
    try {
      answer = await answerInto(turn, words, treaties);
    } catch (error) {
      if (!error.type?.endsWith("#unknown-conversation")) throw error;
      remember(null); // deleted meanwhile: this question begins a new one
      answer = await answerInto(turn, words, treaties);
    }
    const kind = answer.status === "abstained" ? "No answer" : "Answer";
    progress.textContent = `${kind}: ${answer.answer}`;
  } catch (error) {
    const lost = error instanceof TypeError;
    progress.textContent = "";
    showFailure(turn, lost ? "Pacta cannot be reached. Is the service running?" : error.message);
    if (!question.value) question.value = words;
    grow();
  } finally {
    place.classList.remove("waiting");
    send.removeAttribute("aria-disabled");
    busy = false;
    // What came in below the question is brought into view without losing the question.
    turn.scrollIntoView({ block: "start" });
  }
}

function grow() {
  if (CSS.supports("field-sizing", "content")) return;
  question.style.height = "auto";
  question.style.height = `${question.scrollHeight}px`;
}

function begin() {
  remember(null);
  opening = null;
  turns.replaceChildren();
  document.body.classList.remove("talking");
  again.hidden = true;
  progress.textContent = "New conversation";
  if (location.search || location.hash) history.replaceState(null, "", "/");
  question.value = "";
  grow();
  question.focus();
}

async function restore() {
  const id = remembered();
  if (!id) return;
  const response = await fetch(`/v1/conversations/${encodeURIComponent(id)}`);
  if (!response.ok) return remember(null);
  const kept = await response.json();
  remember(kept.id);
  for (const turn of kept.turns) show(addTurn(turn.question), turn.answer);
  turns.lastElementChild?.scrollIntoView({ block: "start", behavior: "instant" });
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask(question.value);
});
question.addEventListener("input", grow);
question.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  ask(question.value);
});
again.addEventListener("click", begin);
document.addEventListener("click", (event) => {
  const example = event.target.closest("[data-example]");
  if (example && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    ask(example.textContent);
    question.focus();
  }
  // Following [1] moves the focus to its card, which a fragment alone does not do everywhere.
  const cite = event.target.closest(".cite");
  if (cite) byId(cite.hash.slice(1))?.focus({ preventScroll: true });
});

const asked = new URLSearchParams(location.search);
if (asked.get("q")) {
  again.hidden = false;
  if (turns.querySelector(".answer")) {
    opening = { question: asked.get("q"), treaties: asked.getAll("treaty").filter(Boolean) };
  }
} else {
  restore().catch(() => remember(null));
}
grow();
if (matchMedia("(hover: hover)").matches) question.focus({ preventScroll: true });
