"""How mail systems say that a mail was not delivered, late, or refused (MAIL.md 6).

Data, as in `phrases.py`. A phrase alone convicts nobody: `bounces.py` weighs it.
"""

from __future__ import annotations

import re

from notifications.inbound.phrases import list_phrases

FAILURE_SUBJECT = list_phrases(
    """
undelivered mail|undelivered message|undeliverable|undeliverd|undelivered
delivery status notification
delivery notification|delivery failure|delivery failed|delivery has failed|delivery report
delivery error|delivery problem|delivery status|delivery unsuccessful|failure notice
failure delivery|failed delivery|failed mail|failed to deliver|failure of delivery|returned mail
returned message|returned to sender|return to sender|returned email|mail delivery fail
mail delivery problem|mail delivery error|mail delivery report|message delivery fail
message delivery has failed|message not delivered|message undeliverable|message could not be
mail could not be|mail failure|mail error|mail system error|mail returned|mail status report
mail rejected|message rejected|message blocked|message you sent blocked|email rejected
email not delivered|e-mail not delivered|could not send message|could not be delivered
could not deliver|cannot be delivered|can't be delivered|not deliverable|not delivered
nondeliverable
non-deliverable|non-delivery|nondelivery|non delivery|unable to deliver|was not delivered|bounced
bounce notification|[bounce]|permanent delivery failure|permanent error|user unknown|unknown user
unknown address|notice of message loss|there was an error sending your mail|error sending|blocked by
message status|message delivery notification|メールエラー|エラー通知|loop alert
mail failed|delivery has failed|delivery status|rejected:|automatically rejected mail
message distribution: authorization denied|rejected posting|mailing list rejected
virus found|virus detected|banned contents|content blocked|infected with|found virus|virus (
duplicated message-id|not member article|reject mail relay|ignored not permitted
unzustellbar|nicht zustellbar|nicht zugestellt
unzustellbare|zustellfehler|zustellung fehlgeschlagen|übermittlungsstatus|nachricht nicht zugestellt
non remis|non-remis|non délivré|non delivre|échec de la remise|echec de remise|échec de remise
échec d'envoi|notification d'état de remise|impossible de remettre|no se puede entregar
no entregado|no se pudo entregar|error de entrega|fallo en la entrega|notificación de estado
notificacion de estado|no entregable|non recapitabile|non recapitato|mancato recapito
mancata consegna|impossibile recapitare|notifica sullo stato|notifica di mancato|não entregue
não é possível entregar|falha na entrega|nao entregue|não foi possível entregar
notificação de status|onbestelbaar|niet bezorgd|kan niet worden bezorgd|bezorging mislukt
kan inte levereras|olevererbart|leveransfel|ej levererat|kan ikke leveres|uleverbar|ikke leveret
ikke levert|leveringsfeil|ei voi toimittaa|toimittamaton|toimitus epäonnistui|niedostarczalne
nie można dostarczyć|nie dostarczono|niedostarczona|zwrot poczty|nedoručitelné|nedoručeno
nedoručiteľné|nelze doručit|kézbesíthetetlen|nem kézbesíthető|sikertelen kézbesítés|nelivrabil
nu poate fi livrat|недоставленное|недоставлено|не доставлено|не удается доставить
не удалось доставить|невозможно доставить|сообщение не доставлено|не вдалося доставити
не доставлено|teslim edilemedi|teslim edilemez|iletilemedi|αδύνατη η παράδοση|δεν παραδόθηκε
配信不能|配信できません|配信に失敗|配信不可|配信エラー|送信できません|送信エラー|メールの配信|不達|未送达|无法送达
未送達|无法投递|無法傳遞|無法遞送|退信|系统退信|投递失败|未傳遞|배달되지|배달할 수|전달되지|반송
לא נמסר|تعذر التسليم|لم يتم تسليم
"""
)

DELAY_SUBJECT = list_phrases(
    """
delivery status notification (delay)|delivery delayed|delayed delivery|mail delayed|delayed mail
message delayed|delayed:|delay notification|notification (delay)|temporarily|still being retried
delivery warning|delivery postponed|warning: could not send|warning: message|warning: mail
warning: delayed|message delivery delayed
could not send message for past|still undelivered|verzögert|verzögerung|zustellung verzögert
retardé|retard de|retrasad|retraso en|ritardat|ritardo|atrasad|vertraagd|vertraging|försenad
forsinket
opóźni|zpoždě|задерж|затримк|配信遅延|遅延|延迟|延遲|지연
"""
)
# It arrived, or was handed on: a receipt in words.
DELIVERED_SUBJECT = ("delivered:", "relayed:", "delivery status notification (success)")
DELIVERED_TEXT = (
    "has been delivered to the following", "was successfully delivered", "successfully relayed",
    "delivery to these recipients or groups is complete", "was relayed to these recipients",
)  # fmt: skip
DELAY_TEXT = list_phrases(
    """
has not yet been delivered|not yet been delivered|still undelivered|will keep trying
delivery attempts will continue|will continue to be made|will be retried|will try again
will continue to try|no action is required on your part|this is a warning message only
you do not need to resend|delivery to the following recipients has been delayed
has been postponed|has been delayed|delivery has been delayed|message is delayed
delivery is delayed|still trying
has not been delivered yet|this is just a warning|only a temporary failure|has been frozen
will retry|keep trying|wird weiterhin versucht|wurde noch nicht zugestellt|verzögert sich
n'a pas encore été|todavía no se ha|non è ancora stato|ainda não foi|nog niet bezorgd
"""
)
# Of those, what outweighs a subject that calls it a failure already.
STILL_TRYING = ("delivery attempts will continue", "will keep trying", "will continue trying")

FAILURE_TEXT = list_phrases(
    """
could not be delivered|couldn't be delivered|could not deliver|couldn't deliver|was not delivered
wasn't delivered|were not delivered|not be delivered|delivery has failed|delivery failed
delivery failure|delivery to the following|failed to deliver|failure delivering|failed permanently
has failed permanently|undeliverable|undelivered|unable to deliver|wasn't able to deliver
not able to deliver|cannot be delivered|can not be delivered|did not reach|didn't reach
returned to sender|returned to you|is being returned|being returned|returning message|returned mail
has been rejected|was rejected|been rejected|message rejected|rejected your message|rejected by
user unknown|unknown user|unknown to|no such user|no such recipient|no such mailbox|no such address
user not found|mailbox unavailable|mailbox not found|mailbox full|mailbox is full|over quota
exceeds allowed size|permanent error|permanent fatal error|permanently failed|non-delivery
delivery status notification|delivery problems|had delivery|transcript of session follows
created automatically by mail delivery software|mail delivery system|mail system error
mail delivery agent|no valid recipients|invalid recipient|address rejected|recipient rejected
recipients rejected|recipient address|host unknown|domain not found|host not found|account disabled
account has been disabled|does not exist|doesn't exist|not listed in|address not found
the following errors|the following address|following recipient|the following destination
problem delivering|error sending|could not send|couldn't send|not be sent|no longer available
undelivered message|message has been blocked|message was blocked|message blocked|delivery report
reason of delivery failure|there was a problem|an error was detected|error transmitting
error occurred|failed delivery|delivery problem|delivery error|delivery attempts will be made
automatically rejected|been stopped|was blocked|has been blocked|not been delivered|were on hold
not deliverable|non-deliverable|no valid recipients|exceeds allowed size|fatal errors
delivery of the email was stopped|intercepted a mail|virus in your email|infected|has blocked
which caused the|is not recognized|no longer accepts mail|returned permanent errors
rejected recipient|unknown host|failed addresses
not delivered to|have failed with|recipient(s)|undeliverable to
no pudo ser entregado|échec de la remise|échec de remise|送信に失敗|配信に失敗
nicht zugestellt|unzustellbar|nicht zustellbar|konnte nicht|n'a pas pu être|n'a pas été remis
non remis|impossible de remettre|no se pudo entregar|no ha podido|no se ha podido|no pudo entregar
non è stato recapitato|non è stato possibile|impossibile recapitare|não pôde ser|não foi entregue
não foi possível|niet worden bezorgd|niet bezorgd|niet afgeleverd|kunde inte levereras
inte levereras|kunne ikke leveres|ikke leveres|ei voitu toimittaa|nie można dostarczyć
nie została dostarczona|nie może zostać|nelze doručit|nebylo možné|nem sikerült|nem kézbesíthető
nu a putut fi|не удалось доставить|не может быть доставлено|не было доставлено|не доставлено
не удается доставить|не вдалося|teslim edilemedi|δεν παραδόθηκε|配信できません|配信されません
配信でき|送信できません|送れませんでした|宛先不明|存在しません|見つかりません|届けられません
无法投递|无法送达|投递失败|退信|被退回|無法傳遞|無法遞送|未能送達|배달할 수 없|전달할 수 없|반송
"""
)

HARD_WORDS = list_phrases(
    """
user unknown|unknown user|no such user|no such recipient|no such mailbox|no such address
user not found|mailbox not found|mailbox unavailable|recipient not found|recipientnotfound
address not found|does not exist|doesn't exist|not exist|invalid recipient|invalid mailbox
unknown recipient|unknown address|unknown or illegal|address rejected|not listed in|host unknown
host not found|domain not found|no such domain|name or service not known|nxdomain|no mx
unrouteable address|unroutable|account disabled|account has been disabled|account is disabled
mailbox disabled|no longer available|no longer in use|no longer valid|no longer exists
user is unknown|not a valid|no mailbox|nicht gefunden|unbekannt|inconnu|n'existe pas|no existe
non esiste|не существует|存在しません|宛先不明|見つかりません|不存在
"""
)
# Of those, what no policy is meant by: they outweigh a code that blames one (5.7.1, 5.3.0).
GONE_WORDS = list_phrases(
    "user unknown|unknown user|no such user|no such recipient|no such mailbox|user not found"
    "|mailbox not found|recipient not found|unknown recipient|does not exist|doesn't exist"
)
SOFT_WORDS = list_phrases(
    """
mailbox full|mailbox is full|quota|exceed|too large|size limit|not reachable|unreachable
not responding|not respond|message size|temporar|try again|timed out|timeout|deferred|greylist
graylist|too many|rate limit|spam|blocked|blacklist|blocklist|reputation|policy|virus
content rejected|not allowed|denied|loop|insufficient|out of storage|connection refused|too busy
throttl
"""
)

DAEMON_LOCAL = re.compile(
    r"(?:mailer[-_.]?daemon|mail[-_.]?daemon|mdaemon|mailerdaemon|mail[-_.]?delivery[\w.-]*|"
    r"mail[-_.]?system|microsoftexchange[0-9a-f]{8,40}|mdaemon[\w.-]*|smtp[-_.]?daemon|mailmaster|maildelivery)\Z"
)
KEEPER_LOCAL = re.compile(
    r"(?:post[-_]?mast(?:er)?[\w.-]*|bounces?[-_.+\w]*|bounced|ndr|dsn|mail[-_.]?admin\w*|mailsys|"
    r"email-bounces|undeliverable|mailgate\w*|mail[-_]?gateway)\Z"
)
# Scanners and gateways that name themselves: "Symantec_AntiVirus_for_SMTP_Gateways".
GATEWAY_LOCAL = re.compile(
    r"virus|smtp|mail[-_.]?(?:service|server|scan|filter|guard|sweeper|gateway|marshal)|amavis|"
    r"spam[-_.]?(?:filter|wall|guard)|content[-_.]?filter|webshield|antigen|barracuda|interscan|"
    r"viruswall|m-filter|imss|gwia|surfcontrol"
)
NOREPLY_LOCAL = re.compile(r"(?:no|do[-_.]?not|dont)[-_.]?reply[\w.+-]*\Z")
DAEMON_NAME = re.compile(
    r"mail deliver(?:y|) (?:sub)?system|mailer[ -]?daemon|mail delivery|internet mail delivery|"
    r"mail deliver system|courier mta|interscan|webshield|mailsweeper|content-filter at|"
    r"system ?administrator|mail administrator|microsoft outlook|microsoft exchange|postmaster|"
    r"delivery system|mail router|e?mail system|mail server"
)
STRONG_NAME = re.compile(
    r"mail deliver\w* (?:sub)?system|mailer[ -]?daemon|internet mail delivery|courier mta"
)

# SMTP replies and RFC 3463 codes, as they stand in reports of every kind.
STATUS = re.compile(r"(?<![\w.])([45])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
REPLY_CODE = re.compile(r"(?<![\d.\w])([45])[0-5]\d(?:[ -](?=\S)|[\])])")
