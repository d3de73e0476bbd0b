"""What customers write in Spanish."""

from cases.domain.intent.lexicon import make_lexicon

SPANISH = make_lexicon(
    "es",
    stop="el la los las y es son nosotros ustedes yo para con de del un una nuestro nuestra"
    " nuestros nuestras su que en por favor gracias hola saludos queremos quiero necesitamos se lo"
    " al baja cancelacion cordial estimados buenos dias",
    thanks="gracias agradezco agradecemos agradecido agradecidos recibido",
    courtesy="muchas mil por todo toda su la el los las confirmacion respuesta ayuda mensaje correo"
    " informacion y un cordial saludo saludos atentamente buenos dias buenas tardes noches hola"
    " estimados estimado estimada senor senora entendido perfecto bien de acuerdo vale rapida"
    " atencion servicio feliz dia semana hasta luego adios con lo hemos he les le de antemano muy"
    " amables amable que tengan buen",
    praise="bien funciona funciono funcionado sin facil facilmente sencillo rapido rapidamente"
    " eficaz eficiente excelente estupendo genial fantastico maravilloso satisfecho"
    " satisfechos contento contentos feliz felices encantados conforme conviene orden"
    " previsto acordado esperado prometido profesionalidad paciencia amabilidad trato"
    " perfectamente",
    topics="ido salido salio fue problema problemas listo lista resuelto terminado cerrado"
    " acabado como estos anos ano trabajo equipo gestion tramite proceso cambio traspaso"
    " portabilidad numeros numero telefonos lineas cuenta proveedor nuevo nueva fecha"
    " ahora ya desde siempre tambien que quien es era son esta estan estuvo estoy estamos"
    " ha han hemos sido en al un una se me nos nuestro nuestra lo los las todos todas ello"
    " esto eso tan",
    harmless="si ok por favor porfavor entonces y tambien hoy ahora ya inmediatamente inmediato"
    " urgente urgentemente pronto rapido rapidamente yo me mi mis nos nosotros les le lo"
    " la los las el un una este esta estos estas nuestro nuestra nuestros nuestras ustedes"
    " usted todo toda todos todas completo completa completamente de del al a en con para"
    " que se sea sean nuevo nuevamente otra vez mismo marcha solicitud telefonico"
    " telefonica telefonicas empresa oficina negocio cliente clientes caso numero",
    patterns={
        "restore": """
            restaurar|restauren|restaure|restablecer|restablezcan|restablezca|reactivar|reactiven
            reactive|rehabilitar|rehabiliten|rehabilite|reconectar|reconecten|reanudar|reanuden
            reanude|reestablecer|reestablezcan|reabrir|reabran
            vuelvan|vuelva|volver a activar|conectar|habilitar|poner|dar
            activar|activen|active ~6 nuevo|nuevamente
            recuperar ~2 <lines>
            queremos|quisieramos|quiero|quisiera|deseamos|gustaria ~1 volver|regresar
            restaurarlo|restaurarla|restaurarlos|restaurarlas|reactivarlo|reactivarla|reactivarlos
            reactivenlo|reactivenla|reactivenlos|reactivenlas|restablezcanlo|restablezcanlas
            reactivarlas|restablecerlo|restablecerlos|restablecerla|restablecerlas
        """,
        "restore_noun": """
            restauracion|reactivacion|restablecimiento|rehabilitacion|reconexion|reanudacion
        """,
        "restore_done": """
            restaurado|restaurados|restaurada|restauradas|reactivado|reactivados|reactivada
            reactivadas|restablecido|restablecidos|restablecida|restablecidas
        """,
        "undo": """
            anular|anulen|anule|cancelar|cancelen|cancele|revocar|revoquen ~4 <ending>
            detener|detengan ~4 <ending>
            anulamos|revocamos|cancelamos ~4 <ending>
            deshacer|deshagan|retirar|retiramos|retiren|parar|paren|suspender|suspendan ~4 <ending>
            marcha atras
        """,
        "keep": """
            mantener|mantengan|mantenga|conservar|conserven|conserve
        """,
        "hold": """
            mantener|mantengan|mantenga|conservar|conserven ~3 servicio|cuenta
            mantener|mantengan|mantenga|conservar|conserven ~3 servicios|contrato|todo
        """,
        "stay": """
            quedarnos|quedarme
            seguir|continuar ~4 <service>|clientes|cliente|ustedes
            cambiado|cambiamos ~2 opinion|idea
            nos quedamos
        """,
        "cancel": """
            cancelar|cancelen|cancele|rescindir|desactivar|desactiven|cerrar|cierren|desconectar
            dar|den|de ~4 baja
            terminar ~4 <service>
        """,
        "reschedule": """
            aplazar|aplacen|aplace|posponer|pospongan|posponga|postergar|posterguen|retrasar
            retrasen|adelantar|adelanten|demorar
            cambiar|cambien|cambie|mover|muevan|mueva|modificar|modifiquen ~5 <date>
            otra|nueva|distinta <date>
            <date> posterior|anterior|distinta
        """,
        "ask": """
            favor|porfavor|quiero|queremos|quisiera|quisieramos|deseo|deseamos|necesito
            necesitamos|solicito|solicitamos|pido|pedimos|ruego|rogamos|gustaria
            decidido
        """,
        "declare": """
            anulamos|revocamos|retiramos|cancelamos
        """,
        "later": """
            mas tarde|adelante
            necesitamos ~2 tiempo
            avisaremos|avisare
        """,
    },
)
