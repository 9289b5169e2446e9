namespace ScimProvisioning.Tests.Filtering;

/// <summary>
/// The documents that are loaded: missing values, names, letters and extensions that PostgreSQL and .NET often treat
/// differently.
/// </summary>
static class PopulationData
{
    public static readonly IReadOnlyList<string> Users =
    [
        // missing values
        """{"userName":"anna"}""",
        """{"userName":"Bob@Example.COM","active":false}""",
        """{"userName":"carl","active":true,"externalId":"E-1","title":"","name":{"familyName":""},"emails":[]}""",
        """{"userName":"dora","externalId":"e-1","name":{"familyName":"Smith"},"displayName":"Dora Smith"}""",
        """
            {"userName":"emil","externalId":"E-2","name":{"familyName":"smith","givenName":"Emil","formatted":"Emil Smith"},
             "title":"Engineer"}
            """,
        """
            {"userName":"fay","name":{"givenName":"Fay","middleName":"O'Neill","honorificPrefix":"Dr."},
             "title":"ENGINEER","nickName":"faye"}
            """,
        """{"userName":"gus","locale":"de-CH","timezone":"Europe/Zurich","preferredLanguage":"de","userType":"Employee"}""",
        """{"userName":"hal","locale":"DE-ch","userType":"employee","profileUrl":"https://example.com/Hal"}""",
        """{"userName":"ida","profileUrl":"HTTPS://EXAMPLE.COM/ida","displayName":"Ida"}""",
        // several values
        """{"userName":"jan","emails":[{"value":"jan@example.com","type":"work","primary":true},{"value":"Jan@Home.org","type":"home"}]}""",
        """
            {"userName":"kim","emails":[{"value":"kim@example.com","type":"home"},
             {"value":"kim@work.com","type":"WORK","primary":false}]}
            """,
        """{"userName":"leo","emails":[{"value":"leo@example.com"},{"type":"work"}]}""",
        """{"userName":"mia","emails":[{"type":"work","primary":true}]}""",
        """{"userName":"ned","emails":[{"value":"JAN@EXAMPLE.COM","type":"other","display":"Ned's"}]}""",
        """
            {"userName":"oda","phoneNumbers":[{"value":"+41 44 123","type":"mobile"},{"value":"tel:+41-44-123","type":"work"}],
             "ims":[{"value":"oda","type":"xmpp"}]}
            """,
        """
            {"userName":"pia","addresses":[
             {"type":"work","country":"CH","locality":"Zürich","postalCode":"8001","primary":true},
             {"type":"home","country":"DE","locality":"Köln"}]}
            """,
        """{"userName":"quin","addresses":[{"type":"home","country":"CH","locality":"Genève"}]}""",
        """
            {"userName":"rob","roles":[
             {"value":"Admin","primary":true,"type":"WindowsAzureActiveDirectoryRole"},{"value":"User","primary":false}]}
            """,
        """
            {"userName":"sue","roles":[{"value":"admin","display":"Administrator"}],
             "entitlements":[{"value":"E5"},{"value":"P2","display":"Plan 2"}]}
            """,
        """
            {"userName":"tom","photos":[
             {"value":"https://example.com/Tom.PNG","type":"photo"},{"value":"https://example.com/tom.png","type":"thumbnail"}]}
            """,
        """
            {"userName":"una","photos":[{"value":"https://example.com/tom.png","type":"photo"}],
             "x509Certificates":[{"value":"QUJD","display":"Cert"}]}
            """,
        """{"userName":"vic","x509Certificates":[{"value":"qujd"}]}""",
        // quotes and other characters with a meaning in SQL, LIKE and regular expressions
        """{"userName":"o'brien","displayName":"Conan O'Brien"}""",
        """{"userName":"say \"hi\"","displayName":"\"quoted\""}""",
        """{"userName":"back\\slash","displayName":"C:\\Users\\x"}""",
        """{"userName":"100%","displayName":"50% off_now"}""",
        """{"userName":"100x","displayName":"50x offxnow"}""",
        """{"userName":"$1","displayName":"$1 $2 :p @p {0}"}""",
        """{"userName":"'; DROP TABLE resources; --","displayName":"x' OR '1'='1"}""",
        """{"userName":"a.b*c","displayName":"[a-z]+ (x|y) ^$"}""",
        """{"userName":" spaced  out ","displayName":"tab\tnew\nline"}""",
        """{"userName":"null","displayName":"true","title":"12"}""",
        // letters
        """{"userName":"zoë","displayName":"Zoë"}""",
        """{"userName":"ZOE\u0308","displayName":"ZOE\u0308"}""",
        """{"userName":"İstanbul","displayName":"İstanbul"}""",
        """{"userName":"istanbul","displayName":"istanbul"}""",
        """{"userName":"ISPARTA","displayName":"ıSPARTA"}""",
        """{"userName":"straße","displayName":"STRASSE","name":{"familyName":"Weiß"}}""",
        """{"userName":"strasse","displayName":"straße","name":{"familyName":"WEISS"}}""",
        """{"userName":"ẞ","displayName":"ẞ"}""",
        """{"userName":"ΟΔΥΣΣΕΥΣ","displayName":"Οδυσσεύς"}""",
        """{"userName":"οδυσσευς","displayName":"ΟΔΥΣΣΕΎΣ"}""",
        """{"userName":"odysseus","displayName":"οδυσσεύσ"}""",
        """{"userName":"ÅSA","displayName":"\u212bsa \u212aelvin"}""",
        """{"userName":"åse","displayName":"åsa kelvin"}""",
        """{"userName":"😀grin","displayName":"party 🎉 time"}""",
        """{"userName":"\uff5ewide","displayName":"\ufffd\uffee"}""",
        """{"userName":"𐐀deseret","displayName":"𐐨"}""",
        """{"userName":"Жанна","displayName":"ЖАННА","nickName":"жанна"}""",
        """{"userName":"ǅ","displayName":"ǆ Ꙁ ꙁ Ა"}""",
        """{"userName":"名前","displayName":"名前 太郎"}""",
        // extensions
        """{"userName":"ent1","{ent}":{"department":"Sales","employeeNumber":"007","manager":{"value":"{id:anna}"}}}""",
        """
            {"userName":"ent2","{ent}":{"department":"SALES","costCenter":"C-1",
             "manager":{"value":"{id:Bob@Example.COM}","$ref":"../Users/Bob"}}}
            """,
        """{"userName":"ent3","{ent}":{"division":"North","organization":"Acme","manager":{"value":"NOT-AN-ID"}},"displayName":"Ent 3"}""",
        """
            {"userName":"badge1","{badge}":{"level":3,"ratio":1.50,"vip":true,
             "colour":"Red","tags":["Red","BLUE",7],"desk":{"Floor":"2B","room":17}}}
            """,
        """
            {"userName":"badge2","{badge}":{"level":30,"ratio":-2.5e3,"vip":false,"colour":"red",
             "tags":"blue","visits":[{"site":"Oslo","n":1},{"site":"Bergen","n":2,"ok":true}]}}
            """,
        """
            {"userName":"badge3","{badge}":{"level":"3","vip":"True","visits":["loose",5,
             {"site":"oslo","n":2}],"deep":[[{"site":"Deep"}],["flat"]],"stairs":{"up":{"up":"top"}}}}
            """,
        """{"userName":"badge4","URN:ACME:params:scim:badge":{"LEVEL":4,"Colour":"grün","Ünïcode":"x","a b":"c"}}""",
        """{"userName":"badge5","urn:acme:params:scim:Other:2.0":{"colour":"Blue"},"displayName":"Badge 5","active":false}""",
    ];

    public static readonly IReadOnlyList<string> Groups =
    [
        """{"displayName":"Design"}""",
        """{"displayName":"Empty","externalId":"G-1"}""",
        """{"displayName":"One","externalId":"g-1","members":[{"value":"{id:anna}"}]}""",
        """{"displayName":"Two","members":[{"value":"{id:anna}"},{"value":"{id:dora}"}]}""",
        """{"displayName":"Nested","members":[{"value":"{id:Two}"}]}""",
        """{"displayName":"Mixed","members":[{"value":"{id:One}"},{"value":"{id:zoë}"},{"value":"{id:straße}"}]}""",
        """{"displayName":"Straße","members":[{"value":"{id:ΟΔΥΣΣΕΥΣ}"}]}""",
        """{"displayName":"TestGrp-!@#$%^&*()_+=-{}][\\\":;'/.,?\\\\1","members":[{"value":"{id:o'brien}"}]}""",
        """{"displayName":"İzmir","externalId":"{id:anna}"}""",
        """{"displayName":"😀","members":[{"value":"{id:😀grin}"}]}""",
        """{"displayName":"Ext","urn:acme:params:scim:Kind":{"level":1,"owners":[{"name":"Anna"},{"name":"bob"}]}}""",
        """{"displayName":"sales team","members":[{"value":"{id:ent1}"},{"value":"{id:ent2}"},{"value":"{id:Design}"}]}""",
    ];
}
