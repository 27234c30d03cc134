"""What is told in the complaints and incidents of the demo clinic: invented, without names."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Complaint:
    """A formal complaint and what was found. ``measure``: what was done about it, or nothing."""

    summary: str
    topic: str
    way: str
    story: str
    wish: str
    findings: str
    judgement: str
    grounds: str
    measure: str = ""


@dataclass(frozen=True)
class Event:
    """An incident, its analysis and its measure."""

    summary: str
    kind: str
    story: str
    at_once: str
    analysis: str
    cause: str
    measure: str
    harm: str = "none"
    chance: int = 2
    place: str = "Praktijk"
    by_desk: bool = True
    about_client: bool = True
    doubt: bool = False
    leak: bool = False


COMPLAINTS = (
    Complaint("Uitslag kwam weken later dan beloofd", "information", "email",
              "De uitslag zou er binnen drie weken zijn. Na zeven weken en vier telefoontjes wist niemand waar hij bleef.",
              "Uitleg waar het misging en de kosten van de test terug.",
              "Het monster is op tijd verstuurd. Het laboratorium zoekt uit waar het is blijven liggen.", "partly",
              "Het wachten lag aan het laboratorium; dat wij niet zelf nabelden was onze fout."),
    Complaint("Niet teruggebeld over bijwerking van supplement", "treatment", "phone",
              "Na twee dagen hoofdpijn gebeld. Er zou dezelfde dag worden teruggebeld; dat gebeurde pas na vijf dagen.",
              "Excuses, en dat dit anderen niet overkomt.",
              "Het terugbelverzoek is genoteerd, maar niet als taak gezet. De behandelaar wist het niet.", "founded",
              "Een klacht over een bijwerking hoort dezelfde dag te worden teruggebeld.",
              "Terugbelverzoek over een bijwerking altijd als taak voor vandaag"),
    Complaint("Rekening voor afspraak die op tijd was afgezegd", "costs", "letter",
              "De afspraak is de dag ervoor om half tien afgezegd. Toch kwam er een rekening.", "De rekening intrekken.",
              "De afzegging stond in de telefoonnotitie, niet in de agenda.", "founded",
              "De afzegging was ruim op tijd. De rekening is ingetrokken.", "Afzegging tijdens het gesprek in de agenda zetten"),
    Complaint("Voelde zich niet serieus genomen in het consult", "manner", "form",
              "De behandelaar keek vooral naar het scherm en maakte het verhaal af voordat het verteld was.",
              "Een gesprek met een andere behandelaar.", "Gesprek met beiden is gepland.", "partly",
              "De behandelaar herkent de haast. Een tweede gesprek is goed verlopen."),
    Complaint("Kosten van laboratorium vooraf niet verteld", "costs", "email",
              "Pas bij de rekening bleek wat het onderzoek kostte.", "Het verschil met het genoemde bedrag terug.",
              "In het verslag staat een bedrag zonder verzendkosten.", "founded", "Het hele bedrag hoort vooraf te worden verteld.",
              "Verzendkosten in de prijslijst van het laboratorium zetten"),
    Complaint("Lange wachttijd aan de telefoon op maandag", "organisation", "form",
              "Drie maandagen achter elkaar langer dan twintig minuten gewacht.", "Betere bereikbaarheid.",
              "Op maandagochtend komt een derde van alle telefoontjes van de week.", "founded", "De wachttijd was te lang.",
              "Tweede lijn op maandagochtend"),
    Complaint("Plan was te zwaar naast het werk", "treatment", "desk",
              "Het plan vroeg elke dag een uur koken. Dat was bij de intake als onhaalbaar genoemd.", "Een plan dat past.",
              "In de intake staat dat er weinig tijd is; in het plan kwam dat niet terug.", "partly",
              "Het plan is samen aangepast. De uitleg was zorgvuldig, de haalbaarheid niet besproken."),
    Complaint("Brief aan de huisarts zonder overleg verstuurd", "privacy", "letter",
              "De huisarts wist van het consult terwijl daar niets over was afgesproken.", "Uitleg en excuses.",
              "De toestemming stond nog aan van een jaar eerder.", "founded", "Toestemming hoort bij elke brief te worden nagevraagd.",
              "Toestemming navragen voor elke brief"),
    Complaint("Advies werkte niet en kostte veel", "treatment", "email",
              "Na vier maanden supplementen is er niets veranderd.", "Een deel van de kosten terug.",
              "De verwachting is in het eerste gesprek besproken en opgeschreven; er is geen resultaat beloofd.", "unfounded",
              "Er is vooraf eerlijk verteld wat wel en niet te verwachten was."),
    Complaint("Afspraak twee keer kort tevoren verzet door de praktijk", "organisation", "phone",
              "Twee keer vrij genomen voor niets.", "Voorrang bij een nieuwe afspraak.",
              "Eén keer ziekte, één keer een fout in het rooster.", "partly", "De tweede keer was te voorkomen.",
              "Roosterwijziging eerst langs de balie"),
    Complaint("Behandelaar was kortaf aan de telefoon", "manner", "phone", "Er werd opgehangen voordat de vraag gesteld was.", "Excuses.",
              "De verbinding viel weg; er is niet teruggebeld.", "unfounded", "De verbinding viel weg. Er is alsnog gebeld."),
    Complaint("Verkeerde tijd in de bevestiging", "organisation", "email", "In de mail stond elf uur, in de agenda tien.",
              "Geen rekening voor niet verschijnen.", "De mail was van vóór het verzetten.", "founded", "De rekening is weg."),
    Complaint("Geen antwoord op vraag over bestaande medicijnen", "information", "email", "Drie mails zonder antwoord.",
              "Antwoord van de behandelaar.", "De mails kwamen in een postbus die niemand las.", "founded", "De postbus is opgeheven.",
              "Oude postbus doorsturen naar de balie"),
    Complaint("Gesprek was te horen in de wachtruimte", "privacy", "desk", "Door de deur heen was het gesprek te volgen.",
              "Betere deuren.",
              "Nagemeten: bij gewone stem is het gesprek te horen.", "founded", "De deur sluit niet goed.", "Deur van kamer 2 stellen"),
)  # fmt: skip
INCIDENTS = (
    Event("Etiketten van twee monsters verwisseld", "material", "Bij het inpakken zijn twee etiketten verwisseld; het lab belde.",
          "Beide monsters opnieuw afgenomen.", "Twee setjes lagen tegelijk open op de balie.", "human",
          "Eén set tegelijk inpakken, met controle door een tweede", harm="slight", chance=3),
    Event("Dosering in plan een factor tien te hoog", "supplement", "In het plan stond 2000 in plaats van 200. De cliënt vroeg het na.",
          "Plan dezelfde dag aangepast en gebeld.", "Waarde overgenomen uit een oud sjabloon met een andere eenheid.", "agreements",
          "Sjabloon nagelopen op eenheden", chance=2, by_desk=False),
    Event("Brief met gegevens bij verkeerd adres bezorgd", "privacy", "Een brief kwam bij de buren terecht en is daar geopend.",
          "Brief opgehaald, cliënt gebeld.", "Het adres was van voor de verhuizing; er is niet nagevraagd.", "handover",
          "Adres navragen voor er post uitgaat", harm="slight", chance=3, leak=True),
    Event("Cliënt onwel na start met supplement", "supplement", "Vier dagen na de start duizelig en kort flauwgevallen; huisarts bezocht.",
          "Supplement gestopt, huisarts gebeld.", "Samenloop met een medicijn dat niet genoemd was.", "client",
          "Medicijnlijst bij elke start opnieuw vragen", harm="moderate", chance=2, by_desk=False, doubt=True),
    Event("Bijna gevallen over snoer in kamer 2", "fall", "Een snoer lag los over de vloer.", "Snoer weggelegd.",
          "De lader heeft geen vaste plek.", "technical", "Vaste lader aan de muur", chance=4, about_client=False),
    Event("Uitslag in verkeerd dossier gezet", "communication", "De uitslag van een naamgenoot stond in het dossier.",
          "Ongeldig verklaard en bij de juiste cliënt gezet.", "Gezocht op achternaam alleen.", "human",
          "Altijd geboortedatum nagaan bij een uitslag", chance=3),
    *(
        Event(summary, kind, story, "Hersteld en besproken.", analysis, cause, measure, harm=harm, chance=chance, by_desk=chance > 2)
        for summary, kind, story, analysis, cause, measure, harm, chance in (
        ("Afspraak dubbel geboekt, cliënt weggestuurd", "organisation", "Twee cliënten op één tijd.",
         "Telefonisch geboekt buiten de agenda om.", "agreements", "Alleen in de agenda boeken", "none", 3),
        ("Buisje gebroken tijdens verzenden", "material", "Het lab meldde een gebroken buisje.", "Verpakking te dun.", "supplier",
         "Andere verpakking", "slight", 3),
        ("Alarmsymptoom niet doorgegeven", "communication", "Bloed bij de ontlasting stond in de notitie, niet in de check.",
         "De check was overgeslagen.", "agreements", "Check kan niet meer worden overgeslagen", "moderate", 2),
        ("Supplement met verlopen datum meegegeven", "supplement", "De pot was twee maanden over datum.", "Voorraad niet nagekeken.",
         "agreements", "Elke maand de voorraad nakijken", "none", 3),
        ("Notitie over andere cliënt op de balie", "privacy", "Een briefje lag leesbaar op de balie.", "Geen vaste plek voor briefjes.",
         "human", "Niets op papier aan de balie", "none", 4),
        ("Verkeerde cliënt binnengeroepen", "communication", "Twee mensen met dezelfde achternaam.", "Geen voornaam genoemd.", "human",
         "Met voor- en achternaam roepen", "none", 3),
        ("Advies gegeven zonder medicijnlijst", "care", "De lijst was nog niet binnen.", "Tijdsdruk.", "human", "Zonder lijst geen start",
         "slight", 2),
        ("Internet viel uit tijdens beeldgesprek", "organisation", "Het gesprek brak af.", "Storing bij de aanbieder.", "outside",
         "Telefoonnummer klaar leggen", "none", 4),
        ("Cliënt kreeg plan van een ander mee", "privacy", "Twee plannen lagen in de printer.", "Twee afdrukken tegelijk.", "human",
         "Naam nakijken voor het meegeven", "slight", 2),
        ("Huisartsbrief bleef liggen", "communication", "De brief is drie weken niet verstuurd.", "Taak niet gezet.", "handover",
         "Taak bij elke brief", "none", 3),
        ("Allergie niet opgemerkt bij nieuw supplement", "care", "De cliënt merkte het zelf op.", "De allergie stond in vrije tekst.",
         "agreements", "Allergieën in de lijst zetten", "none", 2),
        ("Monster te lang in de koelkast", "material", "Vier dagen in plaats van twee.", "Weekend niet meegerekend.", "agreements",
         "Op vrijdag geen monsters aannemen", "none", 3),
        ("Uitglijden op natte vloer", "fall", "Bij de ingang was net gedweild.", "Geen bord.", "human", "Bord neerzetten", "slight", 2),
        ("Terugbelverzoek kwijtgeraakt", "communication", "Op een briefje geschreven.", "Geen taak gezet.", "handover",
         "Alles als taak", "none", 4),
        ("Afwijkende waarde niet besproken", "care", "De uitslag was gezien, niet besproken.", "Consult verviel door ziekte.", "handover",
         "Lijst van te bespreken uitslagen elke week", "moderate", 2),
        ("Mail met bijlage aan verkeerd adres", "privacy", "Tikfout in het adres; teruggekregen.", "Adres met de hand getypt.", "human",
         "Alleen vanuit het dossier mailen", "none", 3),
        )
    ),
)  # fmt: skip
