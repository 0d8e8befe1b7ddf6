"""The words that tell what a name is the name of. Tables only; how they are weighed is in entities.py.

To teach it another word is to add it to a row.
"""

from __future__ import annotations

#: In front of a person's name; no part of it.
ROLES = frozenset(
    """academician admiral ambassador archbishop author baron bishop bolshevik captain cardinal chairman chairwoman
    chancellor chief colonel comrade commander commissar commissioner composer count countess dean deputy
    director doctor dr duke editor emperor empress engineer general governor head historian inspector judge
    justice khan king leader lieutenant lord madame major marshal mayor minister mr mrs ms officer patriarch
    pharaoh philosopher physicist poet pope president prime prince princess prof professor queen rabbi saint
    scholar secretary senator sergeant shah sheikh sir sultan superintendent translator tsar writer caliph developer
    economist archaeologist scientist chemist mathematician inventor novelist composer singer actor actress painter
    architect journalist lawyer explorer founder researcher critic""".split()
)
#: What a name of an organisation, a document, an event or a work ends in, or has before "of".
BODIES = frozenset(
    """academy act administration affairs agency agreement airlines alliance archive archives army article assembly
    association award bank battle bible bill bloc board bowl brigade bureau cabinet campaign church club code
    college command commission commissariat committee commonwealth company conference confederation congress
    constitution convention corporation council court cup decree defense department directorate directive
    division dynasty echelon embassy enlightenment era exchange expedition faculty federal festival fleet
    force forces foundation front game games government group guard guild herald hero heroes holocaust house
    industries institute institution journal language law league legion library magazine massacre memorandum
    ministry mission movement museum narratives nations navy news newspaper office operation orchestra order
    organisation organization parliament party peace peoples period plan platform police policy politburo post
    press prize purge railroad railway reformation regiment renaissance report resolution review revolt
    revolution school secretariat senate service services society staff state station statute studies system
    terror thaw theater theatre times treaty tribunal trophy troops trust union university war ballet clinic
    hospital hotel laboratory authority band center centre collection corps federation fund network records studios team
    amendment charter declaration manifesto medal pact proclamation age crisis depression famine rebellion uprising
    law constitution inc ltd corp community""".split()
) - {"state", "station", "house", "union"}
#: What a name of a place ends in, or has before "of"; in lower case behind a name they say the same.
GROUNDS = frozenset(
    """airport archipelago area avenue basin bay beach borough bridge canal canton cape castle cathedral city coast
    continent county creek delta desert district east falls forest fort gulf harbor harbour hill hills island
    islands isthmus kingdom krai lake lakes mount mountain mountains neighborhood neighbourhood north oasis
    oblast ocean palace park peninsula plain plateau port prefecture province provinces region regions
    reservoir ridge river road settlement sea shore south square ssr station steppe strait street suburb
    territory town township valley village volcano west wood zone republic asia africa europe america
    boulevard freeway highway route abbey monastery cloister temple tower empire ave st dam depot mall plaza""".split()
)
#: Continents and the states of today, as one word or two.
COUNTRIES = frozenset(
    """afghanistan africa albania algeria america andorra angola antarctica argentina armenia asia australia austria
    azerbaijan bahamas bahrain bangladesh barbados belarus belgium belize benin bhutan bolivia bosnia botswana
    brazil britain brunei bulgaria burma burundi cambodia cameroon canada chad chile china colombia congo
    croatia cuba cyprus czechia czechoslovakia denmark djibouti dominica ecuador egypt england eritrea estonia
    eswatini ethiopia europe fiji finland france gabon gambia georgia germany ghana greece grenada guatemala
    guinea guyana haiti honduras hungary iceland india indonesia iran iraq ireland israel italy jamaica japan
    jordan kazakhstan kenya kosovo kuwait kyrgyzstan laos latvia lebanon lesotho liberia libya liechtenstein
    lithuania luxembourg madagascar malawi malaysia maldives mali malta manchuria mauritania mauritius mexico
    moldova monaco mongolia montenegro morocco mozambique myanmar namibia nepal netherlands nicaragua niger
    nigeria norway oman pakistan palestine panama paraguay peru philippines poland portugal prussia qatar
    romania russia rwanda samoa scotland senegal serbia seychelles siberia singapore slovakia slovenia somalia
    spain sudan suriname sweden switzerland syria taiwan tajikistan tanzania thailand togo tonga tunisia
    turkey turkmenistan tuvalu uganda ukraine uruguay uzbekistan vanuatu venezuela vietnam wales yemen
    yugoslavia zambia zimbabwe korea ussr usa uk rsfsr dprk prc gdr uae unitedstates unitedkingdom sovietunion
    fareast middleeast""".split()
)
#: Given names that are common in several languages, and family names that stand first.
GIVEN = frozenset(
    """adam albert alexander alexandra alexei alfred alice amy andrea andrei andrew anna anne anthony antonio arthur
    barbara benjamin bernard boris brian carl carlos caroline catherine charles charlotte christian
    christopher claude daniel david deborah dmitri donald dorothy edward eleanor elena elizabeth emily emma
    eric ernest eva evelyn fatima francis francisco frank franz frederick friedrich genrikh george giovanni
    gustav hannah hans harold harry heinrich helen henri henry hermann hugh ian igor ilya iosif irene isaac
    ivan jack jacob james jan jane jean jennifer jessica joan johann johannes john jonathan jose joseph juan
    julia karl katherine kenneth kevin konstantin laura lawrence leo leon leonid lev levon louis louise lucy
    luis marc marco margaret maria marie mark martha martin mary matthew max michael michail miguel mikhail
    mohammed muhammad nancy natalia nicholas nikita nikolai nikolay olga oscar otto patrick paul pavel pedro
    peter petr philip pierre ralph raymond rebecca richard robert roger ronald rosa ruth samuel sandra sarah
    sergei simon sophia stanislav stephen steven susan sylvia tatiana terry theodore thomas tom valentina
    vasily victor viktor vincent vladimir vyacheslav walter wilhelm william wolfgang yakov yuri kim lee li pak
    park choi wang zhang liu chen mao nguyen tran""".split()
)
#: What a person does in a text that cites or tells of persons.
DOES = frozenset(
    """added admitted agreed announced argued argues asked asserts attended believed believes born claimed claims
    commented complained composed concluded concludes criticised criticized declared defected described
    describes died emphasised emphasises emphasized emphasizes explained explains fled founded insisted
    invented married met notes observed ordered painted points praised proposed proposes recalled recalls
    remarked replied reported resigned said says signed spoke states suggested suggests thinks thought told
    visited voiced writes wrote""".split()
)
#: What belongs to a person: "Conquest's monograph".
OWNS = frozenset(
    """answer arrest article autobiography biography birth book brother career childhood commentary confession
    daughter death diary essay family father friend funeral husband idea inner leadership letter lecture life
    memoir monograph mother novel opinion painting paper personality poem policy presidency reign rule rival
    sister son speech student successor theory thesis wife will work works writing writings""".split()
)
