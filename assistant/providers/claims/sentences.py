"""How people say that a person comes, has come, or writes: by language, whole sentences and how they begin.

Whole ones are taken at their word. A sentence that has begun so may become one, and waits for its end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_PERSON = (
    r"(?:human|person|people|agent|colleague|representative|specialist|adviser|advisor|operator|supervisor|manager|"
    r"team|staff|support|someone|somebody)"
)


@dataclass(frozen=True, slots=True)
class Sentences:
    whole: tuple[str, ...]
    begun: tuple[str, ...]


SENTENCES = {
    "en": Sentences(
        whole=(
            rf"\bI(?:['’]ve|\s+have)\s+(?:\w+\s+)?(?:transferred|connected|forwarded|escalated|handed|passed|"
            rf"notified|"
            rf"informed|alerted|told|contacted|called|put)\b[^.!?\n]{{0,60}}\b(?:you|this|your|it|{_PERSON})\b",
            r"\bI(?:['’]m|\s+am|['’]ll|\s+will)\s+(?:now\s+|just\s+)?(?:transfer|connect|forward|escalat|hand|"
            r"put|pass)"
            r"\w*\s+(?:you|this|your)\b",
            r"\byou(?:['’]re|\s+are|\s+have\s+been)\s+(?:now\s+|being\s+)?"
            r"(?:talking|speaking|chatting|connected|transferred|handed)\s+(?:over\s+)?(?:to|with)\b",
            r"\b(?:has|have)\s+(?:just\s+|now\s+)?(?:joined|entered|taken\s+over)\b(?:\s+(?:this|the|our|your))?"
            r"\s*(?:chat|conversation|\W|$)",
            rf"\b{_PERSON}\s+(?:\w+\s+)?(?:will|is\s+going\s+to|is\s+about\s+to)\s+(?:\w+\s+)?"
            rf"(?:take\s+over|join|be\s+with|contact|call|reach|answer|write)\b",
            r"\b(?:I(?:['’]m|\s+am)|this\s+is)\s+(?:\w+,?\s+)?(?:now\s+)?(?:a|an|the|your)\s+(?:real\s+|live\s+|"
            r"human\s+)?"
            r"(?:human|person|agent|supervisor|operator)\b",
            r"\bI(?:['’]m|\s+am)\s+(?:not\s+an?\s+(?:AI|bot|assistant|machine)|human)\b",
        ),
        begun=(
            r"\bI(?:['’]ve|\s+have|['’]m|\s+am|['’]ll|\s+will)\b",
            r"\byou(?:['’]re|\s+are|\s+have\s+been)\s+(?:now|being|talk|speak|chat|connect|transf|hand)",
            r"\b(?:has|have)\s+(?:just\s+|now\s+)?(?:join|enter|taken)|\bthis\s+is\s+\w",
            rf"\b{_PERSON}\s+(?:\w+\s+)?(?:will|is\s+(?:going|about))\b",
        ),
    ),
    "de": Sentences(
        whole=(
            r"\bich\s+habe\s+(?:sie|dich|ihr\w*|dein\w*|das)\b[^.!?\n]{0,60}\b(?:weitergeleitet|verbunden|"
            r"übergeben|informiert)\b",
            r"\bich\s+(?:verbinde|übergebe|leite)\s+(?:sie|dich|das)\b",
            r"\bhat\s+(?:den\s+chat|das\s+gespräch|die\s+unterhaltung)\s+übernommen\b",
            r"\b(?:kolleg\w+|mitarbeiter\w*|jemand)\s+(?:\w+\s+){0,3}(?:meldet\s+sich|übernimmt)\b",
            r"\bich\s+bin\s+(?:ein|eine)\s+(?:echte\w*\s+)?(?:mensch|person|mitarbeiter\w*)\b",
        ),
        begun=(
            r"\bich\s+(?:habe|verbinde|übergebe|leite|bin)\b|\bhat\s+(?:den|das|die)\b",
            r"\b(?:kolleg|mitarbeiter|jemand)",
        ),
    ),
    "fr": Sentences(
        whole=(
            r"\bje\s+vous\s+(?:ai\s+)?(?:transf|mets?\s+en\s+relation|mis\w*\s+en\s+relation|connect)\w*",
            r"\bj['’]ai\s+(?:transmis|transféré|prévenu|informé)\b",
            r"\b(?:a|vient\s+de)\s+rejoin\w*\s+(?:la\s+conversation|le\s+chat)\b",
            r"\b(?:un|une|notre)\s+(?:conseill\w+|collègue|agent|équipe)\s+(?:\w+\s+){0,2}(?:va|"
            r"vous)\s+(?:vous\s+)?(?:contact|répond|rappel|prend)\w*",
            r"\bje\s+suis\s+un\s+(?:humain|agent)\b",
        ),
        begun=(r"\bje\s+(?:vous|suis)\b|\bj['’]ai\b|\b(?:a|vient\s+de)\s+rejoi|\b(?:conseill|collègue|agent|équipe)",),
    ),
    "es": Sentences(
        whole=(
            # Whole verbs: French has "le transfert a été", "le passeport a …".
            r"\b(?:le|te)\s+(?:he\s+)?(?:transf(?:iero|erimos|erí|eriré|erido)|conect(?:o|amos|é|aré|ado)|"
            r"comuni(?:co|camos|qué|caré|cado)|pas(?:o|amos|é|aré|ado))\s+(?:a|con)\s+",
            r"\bhe\s+(?:avisado|informado|transferido|notificado)\s+(?:a|al|su|tu)\b",
            r"\bse\s+ha\s+unido\s+(?:al\s+chat|a\s+la\s+conversación)\b",
            r"\b(?:agente|compañer[oa]|persona|equipo)\s+(?:\w+\s+){0,3}(?:le|te|se)\s+(?:contactará|atenderá|"
            r"responderá|pondrá|llamará)\b",
            r"\bsoy\s+un\s+(?:humano|agente)\b",
        ),
        begun=(
            r"\b(?:le|te)\s+(?:he\s+)?(?:transf|conect|comun|pas)|\bse\s+ha\b|\bsoy\b|\bhe\s+\w",
            r"\b(?:agente|compañer|persona|equipo)\b",
        ),
    ),
    # Not what is said of money that was transferred, or of an order that will be delivered.
    "ar": Sentences(
        whole=(
            r"(?:تحويل|إحالة|نقل|ربط|توصيل)(?:ك|كم)(?!\w)",
            r"(?:تحويل|إحالة|نقل)\s+(?:ال)?(?:محادث|دردش|استفسار|سؤال|رسالت)\w*",
            r"(?<!\w)(?:حولت|حوّلت|أحلت|سأحول|سأحوّل|سأوصل|أحوّل|أحول|أوصلت)(?:ك|كم|\s+(?:ال)?(?:محادث|طلب|"
            r"استفسار|سؤال|رسالت)\w*)",
            r"(?:أبلغت|أخبرت|نبهت|إبلاغ|إخطار)\s+(?:ال)?(?:فريق|موظف|زميل|زملائي|دعم|مشرف|مدير|أحد)\w*",
            r"(?:موظف|ممثل|وكيل|زميل|مشرف|شخص|فريق|أحد)\w*\s+(?:\w+\s+){0,4}(?:سيتواصل|سيتصل|سيرد|سيتولى|سينضم|"
            r"انضم)\w*",
            r"(?:سيتواصل|سيتصل|سيرد|سيتولى|سينضم|انضم)\w*\s+(?:\w+\s+){0,4}(?:موظف|ممثل|وكيل|زميل|مشرف|شخص|فريق|"
            r"أحد|المحادثة|الدردشة)\w*",
            r"(?:أنت|إنك)\s+الآن\s+(?:تتحدث|تتكلم|متصل)\w*\s+(?:مع|ب)",
            r"(?<!\w)أنا\s+(?:إنسان|شخص|موظف|وكيل|بشر|لست\s+(?:روبوت|آل|ذكاء|مساعد))\w*",
        ),
        begun=(
            r"(?:تحويل|إحالة|نقل|ربط|توصيل|حول|حوّل|أحلت|سأ|أحو|أوصل|أبلغ|أخبر|نبه|إبلاغ|إخطار)",
            r"(?:موظف|ممثل|وكيل|زميل|مشرف|شخص|فريق|(?<!\w)أحد|سيت|سير|سين|انضم|أنت|إنك|(?<!\w)أنا)",
        ),
    ),
    "pt": Sentences(
        whole=(
            r"\b(?:transferi|encaminhei|conectei|passei|avisei|informei)\b[^.!?\n]{0,60}",
            r"\b(?:estou|vou)\s+(?:te\s+|lhe\s+|a\s+|o\s+)?(?:transfer|encaminh|conect|pass)\w+",
            r"\b(?:atendente|agente|colega|pessoa|equipe|equipa|alguém)\s+(?:\w+\s+){0,3}(?:assumiu|entrou|"
            r"(?:vai|irá)\s+(?:\w+\s+)?"
            r"(?:entrar|contat|contact|respond|atend|lig|assum)\w*)",
            r"\bsou\s+um[a]?\s+(?:humano|humana|pessoa|atendente|agente)\b",
        ),
        begun=(
            r"\b(?:transfer|encaminh|conect|passei|avisei|inform|estou|vou|sou)",
            r"\b(?:atendente|agente|colega|pessoa|equip|alguém)",
        ),
    ),
    "it": Sentences(
        whole=(
            r"\b(?:la|ti|le)\s+(?:ho\s+)?(?:trasfer(?:isco|iamo|ito|ita)|metto|mettiamo|messo|messa|"
            r"collego|colleghiamo|collegato|collegata|passo|passiamo|passato|passata)\s+(?:\w+\s+){0,2}"
            r"(?:a|ad|con|in\s+contatto)\b",
            r"\bho\s+(?:avvisato|informato|trasferito|inoltrato|passato)\b",
            r"\b(?:operatore|operatrice|collega|agente|persona|team|qualcuno)\s+(?:\w+\s+){0,3}(?:la|ti|"
            r"si)\s+(?:contatterà|risponderà|unirà|richiamerà)\b",
            r"\bsono\s+un[a']?\s*(?:umano|persona|operatore|operatrice|agente)\b",
        ),
        begun=(
            r"\b(?:la|ti|le)\s+(?:ho\s+)?(?:trasf|mett|mess|colleg|pass)|\bho\b|\bsono\b",
            r"\b(?:operator|operatric|collega|agente|persona|team|qualcuno)",
        ),
    ),
    "nl": Sentences(
        whole=(
            r"\bik\s+(?:heb|verbind|zet)\s+(?:u|je|jou|uw|dit)\b[^.!?\n]{0,60}\b(?:doorverbonden|doorgestuurd|"
            r"doorgezet|door|overgedragen)\b",
            r"\bik\s+heb\s+(?:\w+\s+){0,4}(?:ingelicht|geïnformeerd|gewaarschuwd)\b",
            r"\b(?:collega|medewerker|iemand|team)\s+(?:\w+\s+){0,3}(?:neemt\s+(?:\w+\s+){0,4}(?:contact|over)|"
            r"zal\s+(?:\w+\s+){0,4}(?:contact|antwoord|bellen|overnemen))",
            r"\bik\s+ben\s+een\s+(?:echt\w*\s+)?(?:mens|persoon|medewerker)\b",
        ),
        begun=(r"\bik\s+(?:heb|verbind|zet|ben)\b|\b(?:collega|medewerker|iemand|team)\b",),
    ),
    "pl": Sentences(
        whole=(
            r"\b(?:przekazał|przełączył|połączył|poinformował|powiadomił)[ae]?m\b",
            r"\b(?:przekazuję|przełączam|łączę|przekażę|przełączę|połączę)\b",
            r"\b(?:konsultant\w*|pracowni\w+|kolega|koleżanka|ktoś|zespół)\s+(?:\w+\s+){0,3}(?:skontaktuje|"
            r"odpowie|dołączył\w*|przejmie|zadzwoni)\b",
            r"\bjestem\s+(?:człowiekiem|konsultant\w+|pracownikiem)\b",
        ),
        begun=(
            r"\b(?:przeka|przełą|połącz|łącz|poinform|powiadom|jestem)",
            r"\b(?:konsultant|pracowni|kolega|koleżanka|ktoś|zespół)",
        ),
    ),
    "ru": Sentences(
        whole=(
            r"\bя\s+(?:\w+\s+){0,2}(?:перев[её]л|соединил|передал|сообщил|уведомил|переключил)\w*",
            r"\b(?:перевожу|соединяю|передаю|переключаю|переведу|соединю|передам|переключу)\b",
            r"\b(?:оператор|сотрудник|специалист|коллега|кто-то|менеджер)\w*\s+(?:\w+\s+){0,3}(?:свяжется|"
            r"ответит|подключил\w*|присоединил\w*|подключится|позвонит)\b",
            r"\bя\s+(?:человек|оператор|не\s+(?:бот|робот))\b",
        ),
        begun=(r"\bя\b|\b(?:перев|соедин|перед|переключ)|\b(?:оператор|сотрудник|специалист|коллег|кто-то|менеджер)",),
    ),
    "tr": Sentences(
        whole=(
            r"\b(?:sizi|seni|bunu|talebinizi)\b[^.!?\n]{0,60}\b(?:aktar|bağla|yönlendir|ilet(?!iş))\w*",
            r"\b(?:temsilci|yetkili|çalışan|arkadaş|ekip|biri)\w*\s+(?:\w+\s+){0,4}(?:katıldı|devraldı|arayacak|"
            r"yazacak|dönecek|ulaşacak|geçecek)\w*",
            r"\bben\s+(?:gerçek\s+)?(?:bir\s+)?(?:insanım|temsilciyim)\b",
        ),
        begun=(r"\b(?:sizi|seni|bunu|talebinizi|ben)\b|\b(?:temsilci|yetkili|çalışan|arkadaş|ekip|biri)",),
    ),
    "zh": Sentences(
        whole=(
            r"(?:已经?|正在|马上|现在)[^。！？\n]{0,12}(?:转接|转交|转给|接通|通知)",
            r"(?:为|帮|给)您(?:转接|转交|接通|转给)",
            r"(?:客服|同事|人工|专员|工作人员|主管)[^。！？\n]{0,12}(?:会|将|已|马上)[^。！？\n]{0,8}(?:联系|回复|加入|接手|接管|接待)",
            r"我是(?:真人|人工客服|客服人员|一名客服)",
        ),
        begun=(r"[已正马现为帮给客同人专工主我]",),
    ),
    "ja": Sentences(
        whole=(
            r"(?:担当者|オペレーター|スタッフ|係の者|有人)[^。！？\n]{0,20}(?:つなぎ|おつなぎ|繋ぎ|引き継|転送|連絡|参加|代わり|交代|ご連絡)",
            r"私は(?:人間|オペレーター|担当者)",
        ),
        begun=(r"担|オ|ス|係|有人|私",),
    ),
}
WHOLE_IN = {language: re.compile("|".join(its.whole), re.IGNORECASE) for language, its in SENTENCES.items()}
BEGUN_IN = {language: re.compile("|".join(its.begun), re.IGNORECASE) for language, its in SENTENCES.items()}
