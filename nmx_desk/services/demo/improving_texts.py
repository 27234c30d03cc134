"""What the demo clinic wrote about its nonconformities, audits and risks. Nothing in it names a client."""

from __future__ import annotations

from dataclasses import dataclass

from nmx_desk.domain.deviations import Grade, Origin
from nmx_desk.domain.risks import RiskKind, Treatment

OF, G = Origin, Grade


@dataclass(frozen=True, kw_only=True)
class Told:
    """A nonconformity and what was written at each step."""

    summary: str
    origin: Origin
    clause: str
    correction: str
    why: tuple[str, ...]
    cause: str
    similar: str
    action: str
    task: str
    test: str
    grade: Grade = Grade.MINOR


DEVIATIONS = (
    Told(summary="Terugbelverzoek bleef drie dagen liggen", origin=OF.WORK, clause="8.2",
         correction="Dezelfde dag alsnog gebeld en excuses aangeboden.",
         why=("Het verzoek stond niet op de terugbellijst", "Het kwam via de algemene mailbox binnen", "Niemand leest die op vrijdag"),
         cause="De algemene mailbox heeft geen vaste lezer.", similar="Ja: nog twee berichten van die vrijdag waren niet gelezen.",
         action="De mailbox krijgt per dag een lezer, met vervanging.", task="Leesrooster voor de mailbox maken",
         test="Acht weken gekeken: geen bericht ouder dan één werkdag."),
    Told(summary="Etiket van een monster paste niet bij de aanvraag", origin=OF.INCIDENT, clause="8.5", grade=G.MAJOR,
         correction="Het lab is gebeld, het monster is afgekeurd en opnieuw gevraagd.",
         why=("Twee etiketten lagen naast elkaar", "Etiketten worden vooraf geprint", "De controle is op het oog"),
         cause="Etiketten worden op voorraad geprint in plaats van bij de aanvraag.",
         similar="Nee, alle lopende aanvragen zijn nagekeken.",
         action="Een etiket wordt pas geprint als de aanvraag open staat; tweede persoon leest mee.",
         task="Werkinstructie etiketten aanpassen",
         test="Dertig aanvragen nagekeken: alle etiketten kloppen."),
    Told(summary="Verslag van een consult na tien dagen getekend", origin=OF.LOG, clause="8.5",
         correction="Het verslag is aangevuld en getekend, met de reden.",
         why=("De week zat vol", "Er is geen tijd ingeroosterd om te schrijven"), cause="Het rooster kent geen schrijftijd.",
         similar="Ja, bij een tweede behandelaar in dezelfde week.", action="Na elk blok van drie consulten een kwartier schrijftijd.",
         task="Rooster aanpassen voor alle behandelaren", test="Verslagen op tijd stegen van 84 naar 93 procent."),
    Told(summary="Jaarlijkse beoordeling van het lab niet gedaan", origin=OF.SUPPLIER, clause="8.4",
         correction="De beoordeling is alsnog gedaan en besproken.", why=("Niemand wist wie het deed",),
         cause="De leverancier had geen eigenaar.",
         similar="Ja: ook de softwareleverancier had geen eigenaar.", action="Elke leverancier krijgt een eigenaar en een datum.",
         task="Eigenaren van leveranciers invullen", test="Alle leveranciers hebben een eigenaar; twee keer op tijd beoordeeld."),
    Told(summary="Bijscholing BHV verlopen zonder dat het opviel", origin=OF.REVIEW, clause="7.2",
         correction="De herhaling is geboekt; tot die tijd is er een vervanger.", why=("De datum stond in een papieren map",),
         cause="Bekwaamheden werden op papier bijgehouden.", similar="Nee.", action="Bekwaamheden staan in het systeem met einddatum.",
         task="Alle diploma's invoeren", test="Geen verlopen bekwaamheid bij twee controles."),
    Told(summary="Afzegging verwerkt bij de verkeerde afspraak", origin=OF.WORK, clause="8.5",
         correction="De juiste afspraak is hersteld; beide mensen zijn gebeld.",
         why=("Twee afspraken met dezelfde achternaam", "Er is niet op geboortedatum gekeken"),
         cause="Afzeggen vroeg geen tweede kenmerk.",
         similar="Nee, maar het kan elke dag gebeuren.", action="Bij afzeggen altijd naar de geboortedatum vragen.",
         task="Belscript afzeggen aanvullen", test="Steekproef van veertig afzeggingen: twee keer niet gevraagd, nog eens besproken."),
    Told(summary="Weegschaal in kamer 1 over de ijkdatum", origin=OF.INTERNAL_AUDIT, clause="7.1",
         correction="De weegschaal is apart gezet en vervangen.", why=("Er is geen lijst van meetmiddelen",),
         cause="IJking stond in niemands agenda.", similar="Ja: ook de bloeddrukmeter van kamer 2.",
         action="Lijst van meetmiddelen met ijkdatum; jaarlijkse taak.", task="Meetmiddelen in een lijst zetten",
         test="Alle meetmiddelen hebben een geldige sticker."),
    Told(summary="Klachtmelding na elf weken beantwoord", origin=OF.GRIEVANCE, clause="9.1", grade=G.MAJOR,
         correction="Het oordeel is gegeven, met uitleg waarom het te laat was.",
         why=("De termijn was niet bewaakt", "De behandelaar van de klacht was ziek"),
         cause="Er was geen vervanging voor wie klachten behandelt.",
         similar="Nee, dit was de enige open klacht.",
         action="Elke klacht heeft een tweede naam; de termijn staat op de lijst van het team.",
         task="Vervanging in de klachtenregeling opnemen", test="De twee klachten daarna zijn binnen zes weken beantwoord."),
    Told(summary="Nieuwe collega werkte zonder getekende geheimhouding", origin=OF.EXTERNAL_AUDIT, clause="7.3",
         correction="De verklaring is dezelfde dag getekend.", why=("Inwerken gebeurt uit het hoofd",), cause="Er was geen inwerklijst.",
         similar="Nee, alle andere verklaringen zijn gezien.", action="Inwerklijst met handtekening per onderdeel.",
         task="Inwerklijst schrijven en laten vaststellen", test="De volgende twee collega's zijn met de lijst ingewerkt."),
)  # fmt: skip

AGAIN = {
    "why1": "De maatregel werd niet overal gevolgd", "cause": "Niet iedereen kende de afspraak", "similar": "Ja, bij de invalkrachten.",
}  # fmt: skip
"""Of what came back: the cause that was found the second time."""

FINDINGS = (
    (G.MINOR, "7.5", "In kamer 2 ligt een oude versie van het intakeformulier.", "Elf exemplaren in de lade, gezien bij de rondgang."),
    (G.OBSERVATION, "8.5", "Twee van de vijf verslagen noemen het kanaal van het consult niet.", "Vijf dossiers, gekozen door de auditor."),
    (G.OPPORTUNITY, "7.5", "De lijst van documenten zou per rol kunnen worden getoond.", "Gesprek met de receptie."),
    (G.STRENGTH, "7.5", "Van elk dossier is te zien wie het opende en waarvoor.", "Logboek, drie dossiers."),
)
AUDITS = (
    ("Documenten, registraties en het geven van zorg", "7.5 8.5"),
    ("Mensen, bekwaamheid en bewustzijn", "7.1 7.2 7.3"),
    ("Klachten, incidenten en verbeteren", "8.7 9.1 10.2 10.3"),
    ("Leiding, doelen en beoordeling", "5.1 5.2 5.3 6.2 9.3"),
)
EXTERNAL = ("Jaarlijkse externe audit", "4 5 6 7 8 9 10", "Keurmerkinstantie Voorbeeld")
CONCLUSION = "De praktijk werkt zoals beschreven. Eén kleine afwijking, over oude exemplaren van formulieren; zij is toegewezen."


@dataclass(frozen=True, kw_only=True)
class Feared:
    """A risk or an opportunity: chance and impact before, and after what is done."""

    title: str
    area: str
    weight: tuple[int, int]
    left: tuple[int, int]
    cause: str
    consequence: str
    measures: str
    clause: str = "6.1"
    kind: RiskKind = RiskKind.RISK
    treatment: Treatment = Treatment.REDUCE


R, T = RiskKind.OPPORTUNITY, Treatment
RISKS = (
    Feared(title="Datalek door een verkeerd geadresseerde brief", area="Receptie", weight=(3, 4), left=(2, 4),
               cause="Adressen worden getypt",
           consequence="Gegevens bij een ander; melding bij de toezichthouder",
           measures="Adres uit het dossier, tweede persoon leest mee"),
    Feared(title="Uitval van een behandelaar langer dan een maand", area="Zorg", weight=(2, 5), left=(2, 3), cause="Ziekte of vertrek",
           consequence="Cliënten wachten; omzet daalt", measures="Waarnemersafspraak met een praktijk in de buurt", treatment=T.SHARE),
    Feared(title="Ernstige aandoening niet herkend in het adviesgesprek", area="Zorg", weight=(2, 5), left=(1, 5),
               cause="Vragen overgeslagen",
           consequence="Te laat naar de huisarts", measures="Alarmcheck is verplicht; jaarlijkse training", clause="8.5"),
    Feared(title="Storing van internet of stroom", area="ICT", weight=(3, 3), left=(3, 2), cause="Eén verbinding",
           consequence="Geen agenda, geen telefoon", measures="Reserveverbinding; daglijst op papier", clause="7.1"),
    Feared(title="Gijzelsoftware op een werkplek", area="ICT", weight=(2, 5), left=(1, 4), cause="Bijlage in een e-mail",
           consequence="Gegevens onbereikbaar of gelekt", measures="Versleutelde back-ups op twee plaatsen; maandelijks teruggezet"),
    Feared(title="Advies botst met medicatie van een ander", area="Zorg", weight=(3, 4), left=(1, 4),
               cause="Medicatielijst is niet volledig",
           consequence="Bijwerking; klacht", measures="Contra-check vóór elk supplement; brief aan de huisarts", clause="8.5"),
    Feared(title="Leverancier van supplementen levert verkeerde partij", area="Inkoop", weight=(2, 3), left=(2, 2),
           cause="Geen controle bij ontvangst", consequence="Onjuist middel mee naar huis", measures="Controle op partij bij ontvangst",
           clause="8.4"),
    Feared(title="Kennis zit bij één persoon", area="Praktijk", weight=(3, 3), left=(2, 2), cause="Werkwijzen staan niet op papier",
           consequence="Fouten bij afwezigheid", measures="Procedures per rol; meekijken", clause="7.1"),
    Feared(title="Wet- en regelgeving verandert ongemerkt", area="Praktijk", weight=(2, 4), left=(2, 2), cause="Niemand volgt het",
           consequence="Boete of verlies van het keurmerk", measures="Beroepsvereniging volgen; halfjaarlijks punt", clause="4.2"),
    Feared(title="Kapotte printer aan de balie", area="Receptie", weight=(2, 1), left=(2, 1), cause="Slijtage",
           consequence="Plannen later meegegeven", measures="", treatment=T.ACCEPT, clause="7.1"),
    Feared(title="Groepsbijeenkomst over slaap", area="Zorg", weight=(3, 3), left=(4, 3), cause="Veel cliënten met dezelfde vraag",
           consequence="Meer bereik met minder tijd", measures="Proef met acht deelnemers", kind=R, treatment=T.PURSUE),
    Feared(title="Huisartsen verwijzen vaker", area="Praktijk", weight=(2, 4), left=(3, 4), cause="Goede brieven",
           consequence="Meer en beter voorbereide aanvragen", measures="Jaarlijks bezoek aan drie praktijken", kind=R,
           treatment=T.PURSUE, clause="4.1"),
    Feared(title="Vervolg op afstand", area="Zorg", weight=(4, 2), left=(4, 3), cause="Cliënten wonen verder weg",
           consequence="Minder reistijd, minder uitval", measures="Beeldbellen bij elk tweede vervolg", kind=R, treatment=T.PURSUE,
           clause="8.2"),
)  # fmt: skip
