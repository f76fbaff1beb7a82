"""Final clauses in Chinese: signature, depositary, languages, and where entry into force and withdrawal stand."""

from ingest.drafting.record import Depositary, Drafting, Entry, Languages, Signing, Templates, Withdrawal

_PARTS = {
    "OWN": r"(?P<lead>本)(?P<more>)(?P<own>公约|条约|协定|协议|议定书|宪章|规约|章程|盟约)",
    "HAN": "[\u4e00-\u9fff]",
}


_words = Templates(_PARTS).words

DRAFTING = Drafting(
    signing=Signing(
        done=_words(r"(?:签?订|签|作成|写成|缔结)于(?=<HAN>)|在<HAN>{2,10}?(?:签订|签署|订立|缔结)"),
        place=_words(
            r"(?:于|在)(?P<place>(?![〇○零一二三四五六七八九十\d])<HAN>{2,10}?)(?=[，。；、,\s]|签订|签署|订立|缔结|[一二]式|$)"
        ),
        date_before=True,
        witness=("以昭信守", "为此", "以资证明", "订于", "签于", "作成于"),
    ),
    languages=Languages(
        names=(
            *(
                ("阿拉伯[文语]", "ar"),
                ("中[文]|汉语", "zh"),
                ("英[文语]", "en"),
                ("法[文语]", "fr"),
                ("俄[文语]", "ru"),
            ),
            *(
                ("西班牙[文语]|西文", "es"),
                ("德[文语]", "de"),
                ("日[文语]", "ja"),
                ("意大利[文语]", "it"),
                ("葡萄牙[文语]", "pt"),
            ),
            *(
                ("朝鲜[文语]|韩[文语]", "ko"),
                ("蒙古?[文语]", "mn"),
                ("越南?[文语]", "vi"),
                ("泰[文语]", "th"),
                ("哈萨克[文语]", "kk"),
            ),
        ),
        joint=r"\s*(?:、|，|和|及|与)\s*",
        nouns=_words(r"(?:各?文本|两?种?文字|各?本|写成|，(?:各|两|三|四|五|六))"),
        before=_words("(?:用|以)$"),
        more_before=_words("[文语](?:、|，|和|及|与)$"),
        more_after=_words("(?:、|，|和|及|与)<HAN>{1,4}[文语](?:文本|本|写成)"),
        authentic=_words("(?:同等|同一|同样|均为|具有同等|皆为)(?:作准|效力|有效)|作准"),
    ),
    stems={
        "entry_into_force": {"生效": (), "发生效力": ()},
        "withdrawal": {"退出": (), "退约": (), "终止": ()},
        "depositary": {"保存": (), "保管": (), "交存": ()},
        "authentic_languages": {"作准": (), "同等效力": (), "同等有效": ()},
    },
    own=_words("<OWN>"),
    selves=("本{}",),
    of=_words("(?:^|[^\u4e00-\u9fff]|[一-龥])本$"),
    chain=_words("(?:应|将)?"),
    entry=Entry(
        verb=_words("(?:应|将)?(?:自|在|于)[^。；，]{2,120}?(?:生效|发生效力)(?=[，。；]|$)"),
        one_state_first=_words("(?:对于?|就|嗣后|其后)"),
    ),
    withdrawal=Withdrawal(
        act=_words("退出|终止"),
        free=_words("可以?|有权|得"),
        kinds=(("退出", "withdrawal"), ("", "termination")),
        together=_words("不"),
    ),
    depositary=Depositary(
        named=(
            (
                _words(
                    r"^(?:保[存管](?:者|人|国|机关)?\s*)?(?P<name><HAN>{2,30}?)应?(?:担任|为|是|作为)<OWN>[^。；]{0,24}?"
                    r"保[存管](?:者|人|国|机关)"
                ),
                0,
            ),
        ),
        deposits=(
            (_words("(?:批准书|核准书|接受书|加入书|赞同书)应?(?:交存|交由)于?(?P<name>(?![之的后日])<HAN>{3,24})"), 2),
        ),
        ends=_words("保[存管]|，|。|；|$"),
        no_name=_words("保[存管]|本|该|其"),
    ),
)
