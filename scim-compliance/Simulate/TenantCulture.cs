namespace ScimCompliance.Simulate;

/// <summary>
/// The names and addresses of generated people from one country. A name that cannot be part of an e-mail address is written <c>Zoë=zoe</c>.
/// </summary>
sealed record TenantCulture(
    string Language,
    string Country,
    string City,
    string State,
    string Postcode,
    string Dial,
    string[] Streets,
    string[] Given,
    string[] Surnames
)
{
    public static IReadOnlyList<TenantCulture> All { get; } =
    [
        new(
            "en-GB",
            "United Kingdom",
            "London",
            "England",
            "EC1A {0}AB",
            "+44 20 7946 ",
            ["Fleet Street", "King's Road", "St. John's Lane"],
            ["Ada", "Alan", "Grace", "Oliver", "Zoë=zoe", "Siân=sian", "Niamh", "Seán=sean"],
            ["Lovelace", "Turing", "O'Neil", "D'Arcy", "Brontë=bronte", "Smith-Jones", "St. John=st-john", "Wright"]
        ),
        new(
            "de-DE",
            "Germany",
            "München",
            "Bayern",
            "80{0}31",
            "+49 89 5550 ",
            ["Königsstraße", "Goethestraße", "Am Weißen Bühl"],
            ["Jürgen=juergen", "Anna", "Käthe=kaethe", "Björn=bjoern", "Lukas", "Sophie"],
            ["Müller=mueller", "Groß=gross", "Schröder=schroeder", "von der Heide=von-der-heide", "Weiß=weiss", "Becker"]
        ),
        new(
            "fr-FR",
            "France",
            "Orléans",
            "Centre-Val de Loire",
            "45{0}00",
            "+33 2 3855 ",
            ["Rue de l'Église", "Avenue Émile Zola"],
            ["Élodie=elodie", "François=francois", "Chloé=chloe", "Jean-Luc", "Noël=noel", "Maëlys=maelys"],
            ["L'Hermitte", "Bézier=bezier", "d'Alembert", "Lefèvre=lefevre", "Dubois", "Gâtineau=gatineau"]
        ),
        new(
            "es-ES",
            "Spain",
            "A Coruña",
            "Galicia",
            "15{0}01",
            "+34 981 55 ",
            ["Calle del Niño", "Plaza de España, 1º"],
            ["José=jose", "María José=maria.jose", "Íñigo=inigo", "Lucía=lucia", "Begoña=begona"],
            ["Núñez=nunez", "García Márquez=garcia.marquez", "Ibáñez=ibanez", "Peña=pena", "Ramírez=ramirez"]
        ),
        new(
            "pl-PL",
            "Poland",
            "Łódź",
            "Łódzkie",
            "90-{0}10",
            "+48 42 555 ",
            ["ul. Piotrkowska", "ul. Żeromskiego"],
            ["Łukasz=lukasz", "Zażółć=zazolc", "Agnieszka", "Michał=michal", "Świętosława=swietoslawa"],
            ["Wójcik=wojcik", "Źrebiec=zrebiec", "Kowalska", "Gołąb=golab", "Dąbrowski=dabrowski"]
        ),
        new(
            "nb-NO",
            "Norway",
            "Tromsø",
            "Troms",
            "90{0}8",
            "+47 77 55 ",
            ["Strandgata", "Bjørnøygata"],
            ["Søren=soren", "Åse=ase", "Øyvind=oyvind", "Ingrid", "Bjørg=bjorg"],
            ["Ødegård=odegard", "Bakke", "Næss=naess", "Ås=aas", "Sørensen=sorensen"]
        ),
        new(
            "tr-TR",
            "Türkiye",
            "İzmir",
            "İzmir",
            "35{0}20",
            "+90 232 555 ",
            ["Şehit Caddesi", "Atatürk Bulvarı"],
            ["İpek=ipek", "Işıl=isil", "Çağla=cagla", "Oğuz=oguz"],
            ["Yıldız=yildiz", "Öztürk=oeztuerk", "Şahin=sahin", "Güneş=gunes"]
        ),
        new(
            "vi-VN",
            "Viet Nam",
            "Huế",
            "Thừa Thiên Huế",
            "53{0}00",
            "+84 234 555 ",
            ["Đường Lê Lợi"],
            ["Thị Hương=thi.huong", "Văn Đức=van.duc", "Quỳnh=quynh"],
            ["Nguyễn=nguyen", "Trần=tran", "Đặng=dang"]
        ),
        new(
            "ja-JP",
            "Japan",
            "東京",
            "東京都",
            "100-0{0}01",
            "+81 3 5550 ",
            ["千代田1丁目"],
            ["花子=hanako", "太郎=taro", "さくら=sakura", "健=ken"],
            ["山田=yamada", "佐藤=sato", "鈴木=suzuki"]
        ),
        new(
            "ru-RU",
            "Kazakhstan",
            "Алматы",
            "Алматы",
            "050{0}00",
            "+7 727 555 ",
            ["улица Абая"],
            ["Иван=ivan", "Ольга=olga", "Юлия=yulia"],
            ["Щербаков=shcherbakov", "Ёлкин=yolkin", "Иванова=ivanova"]
        ),
        new(
            "ar-AE",
            "United Arab Emirates",
            "دبي",
            "دبي",
            "00{0}00",
            "+971 4 555 ",
            ["شارع الشيخ زايد"],
            ["فاطمة=fatima", "عمر=omar", "Nūr=nur"],
            ["الفارسي=al-farisi", "حداد=haddad", "Khalīl=khalil"]
        ),
    ];
}
