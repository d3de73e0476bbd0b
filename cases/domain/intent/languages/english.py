"""What customers write in English."""

from cases.domain.intent.lexicon import make_lexicon

ENGLISH = make_lexicon(
    "en",
    stop="the and you we our to is are please have of for this that it with i will be not my on"
    " would like want can us in your was hi hello thanks regards from but don't",
    thanks="thanks thank thx ty cheers appreciate appreciated grateful noted received",
    courtesy="you for the your very much so a lot many everything all help confirmation confirming"
    " letting us me know information info update email and that this is was your of our it got"
    " great good perfect fine understood hi hello dear hey there best kind regards warm sincerely"
    " yours bye goodbye take care have nice day weekend week again quick prompt swift reply"
    " response service support from in advance really we i were with to will do been pleasure"
    " cancellation message team happy holidays morning afternoon evening wishes mara",
    praise="well smoothly worked works easy easily smooth painless quickly fast efficient"
    " efficiently excellent brilliant wonderful fantastic awesome lovely amazing nice"
    " happy pleased satisfied glad delighted set sorted fine suits exactly planned"
    " expected promised hoped professional friendly patient safely turnaround patience"
    " kindness understanding no without pleasure miss everything",
    topics="went goes going gone work done complete completed clear as wanted needed everyone"
    " everybody handled handling taking taken took process move transfer switch change"
    " changes porting ported port numbers number phones phone lines line account provider"
    " new old now date day time since over years year long working together finished"
    " closed ended side part matter request job how what which who has had he she they"
    " them us being too also just quite such effort efforts colleagues colleague problem"
    " problems issue issues trouble hassle at by into after through its past having"
    " receive arrived came come sound are we're i'm it's that's on our one",
    harmless="please pls plz kindly yes yeah ok okay sorry hereby urgent urgently now today asap"
    " right away straight quickly immediately soon still really truly very much like would"
    " i'd we'd i'm we're can i me my we us our ours you he it they them this these the a"
    " an all of both every entire whole complete completely full fully everything to be"
    " have get come do and also so then that for with in at is been on up back again"
    " online running active working way company business office phone telephone voice"
    " cloud customer client customers case number ticket reference",
    patterns={
        "restore": """
            restore|reactivate|reinstate|reconnect|reenable|unsuspend|uncancel
            resume ~4 <lines>
            re activate|instate|enable|connect|store
            reopen ~3 <service>
            get|bring|put ~4 <lines> ~4 back
            bring|switch|turn ~4 <service> ~4 back on|up|online
            bring|switch|turn ~1 back ~1 on|up|online
            turn|switch ~4 <service> ~2 on again
            turn|switch on ~3 <service> ~1 again
            want|need|like|have ~5 <lines> ~2 back
            come|return|go ~1 back as ~1 customer|customers
            like|want|wish to come back
        """,
        "restore_noun": """
            restoration|reinstatement|reactivation|reconnection
        """,
        "restore_done": """
            restored|reactivated|reinstated|reconnected|reenabled|resumed
            restoring|reactivating|reinstating|reconnecting
        """,
        "undo": """
            undo|reverse|revoke|rescind|retract|stop|halt|withdraw|void|annul ~4 <ending>
            undo|reverse|revoke|rescind|retract|withdraw ~3 request
            cancel ~3 <ending>
            call ~3 <ending> off
            call off ~3 <ending>
            stop|halt ~2 cancelling|canceling
            take back ~3 <ending>
        """,
        "keep": """
            keep ~5 <service>
            keep|continue ~2 going|running|active
            continue ~4 <service>
        """,
        "hold": """
            keep|continue ~3 service|services|account|contract|everything
        """,
        "stay": """
            stay ~2 with|customer|customers
            remain ~2 with|customer|customers
            like|want|decided|wish|prefer|going to stay
            changed ~1 our|my mind|minds
            we|we're|i|i'm ~1 staying
        """,
        "cancel": """
            cancel|terminate|discontinue|deactivate
            close|end|stop|disconnect|delete|remove|erase ~4 <lines>
            go ahead ~3 cancellation|cancelling|canceling
            proceed ~4 <ending>
            cancelling|canceling
        """,
        "reschedule": """
            reschedule|postpone|delay|defer
            push ~4 back|out
            bring ~4 forward
            move ~4 <date>|<ending> ~6 to|forward|back|until|earlier|later
            move ~2 it ~2 to|forward|back|until
            change|adjust|amend ~5 <date>
            extend ~5 <date>|until|by
            another|different|new|earlier|later|sooner ~1 <date>
            end|cancel|terminate ~8 instead ~1 of
            end|cancel ~5 earlier|later|sooner
        """,
        "ask": """
            please|pls|plz|kindly|need|want|wish|request|hereby
            would|i'd|we'd ~1 like|love|prefer
            go ahead
            ask you
            must
            decided
        """,
        "declare": """
            we|i ~1 withdraw|revoke|retract|rescind|reverse
        """,
        "later": """
            get back to you
            need more time
            later ~2 this|next|week|today
            still checking|looking|collecting
            let you know
        """,
    },
)
