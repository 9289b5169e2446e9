using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.Schemas;

/// <summary>Resources of a type that an admin has registered follow its schema in every respect (RFC 7643 §7).</summary>
[TestFixture, Parallelizable]
sealed class ResourceTypeTests
{
    const string Full = $$"""
        {"schemas":["{{Devices.SchemaId}}","{{Devices.LeaseId}}"],"externalId":"e1","serial":"S1","label":"Red Lamp","code":"Ab",
        "slots":2,"weight":1.5,"rented":true,"bought":"2026-01-31T12:00:00Z","key":"AQID","manual":"https://example.com/lamp",
        "maker":"Acme","pin":"0000","notes":"fragile","badge":"B7","color":"black","tags":["new","lent"],"members":["ada"],
        "groups":"lamps","owner":{"name":"Ada","floor":3},
        "ports":[{"value":"p1","type":"usb","primary":true},{"value":"p2","type":"dvi"}],
        "{{Devices.LeaseId}}":{"contract":"C1","months":12} }
        """;

    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task A_resource_is_created_read_replaced_patched_and_deleted()
    {
        var directory = await Devices.CreateAsync(_server);

        var created = await directory.Send("POST", "/Devices", Full);
        var path = $"/devices/{created["id"]}";
        var read = await directory.Get(path);
        var patched = await directory.Patch(
            path,
            $$"""
            {"op":"Replace","path":"label","value":"Blue"},{"op":"add","path":"ports[type eq \"hdmi\"].value","value":"p3"},
            {"op":"replace","path":"{{Devices.LeaseId}}:months","value":6},{"op":"add","path":"members","value":["bob"]}
            """
        );
        var replaced = await directory.Send("PUT", path, """{"serial":"S2","members":["eve"],"groups":"desks"}""");
        var deleted = await directory.Send("DELETE", path);

        Assert.That(
            (created.Status, read.Status, patched.Status, replaced.Status, deleted.Status, (await directory.Get(path)).Status),
            Is.EqualTo((201, 200, 200, 200, 204, 404)),
            patched.Detail
        );
        Assert.That(JsonNode.DeepEquals(created.Body, read.Body));
        Assert.That((string?)created["meta"]!["resourceType"], Is.EqualTo("Device"));
        Assert.That((string?)created["meta"]!["location"], Is.EqualTo($"{directory.Url}/Devices/{created["id"]}"));
        Assert.That(created.Names, Does.Not.Contain("pin").And.Not.Contain("notes").And.Contain("members").And.Contain("groups"));
        Assert.That(
            JsonNode.DeepEquals(replaced["members"], new JsonArray("eve")) && (string?)replaced["maker"] == "Acme",
            Is.True,
            replaced.Body!.ToJsonString()
        );
        Assert.That(
            (await directory.Changes((string)created["id"]!)).Select(e => ((string?)e["type"], (string?)e["resource_type"])),
            Is.EqualTo(
                new[]
                {
                    ("device.created", "Device"),
                    ("device.updated", "Device"),
                    ("device.updated", "Device"),
                    ("device.deleted", "Device"),
                }
            )
        );
    }

    [TestCase("""{"op":"Replace","path":"label","value":"Blue"}""", "label", "\"Blue\"")]
    [TestCase(
        """{"op":"add","path":"ports[type eq \"hdmi\"].value","value":"p3"}""",
        "ports",
        """[{"value":"p1","type":"usb","primary":true},{"value":"p2","type":"dvi"},{"type":"hdmi","value":"p3"}]"""
    )]
    [TestCase(
        """{"op":"add","path":"ports","value":[{"value":"p3","primary":true}]}""",
        "ports",
        """[{"value":"p1","type":"usb","primary":false},{"value":"p2","type":"dvi"},{"value":"p3","primary":true}]"""
    )]
    [TestCase("""{"op":"replace","path":"urn:example:params:scim:schemas:Device:slots","value":4}""", "slots", "4")]
    [TestCase(
        """{"op":"replace","path":"urn:example:params:scim:schemas:Lease:months","value":6}""",
        "urn:example:params:scim:schemas:Lease",
        """{"contract":"C1","months":6}"""
    )]
    [TestCase("""{"op":"replace","value":{"rented":"False","owner":{"floor":4}}}""", "owner", """{"name":"Ada","floor":4}""")]
    [TestCase("""{"op":"replace","value":{"rented":"False"}}""", "rented", "false")]
    [TestCase("""{"op":"remove","path":"tags","value":["new"]}""", "tags", """["lent"]""")]
    [TestCase("""{"op":"add","path":"members","value":["bob"]}""", "members", """["ada","bob"]""")]
    [TestCase("""{"op":"replace","path":"groups","value":"desks"}""", "groups", "\"desks\"")]
    [TestCase("""{"op":"replace","path":"maker","value":"ACME"}""", "maker", "\"Acme\"")]
    public async Task A_patch_changes_any_attribute(string operation, string attribute, string expected)
    {
        var directory = await Devices.CreateAsync(_server);
        var id = await directory.Create("/Devices", Full);

        var patched = await directory.Patch($"/Devices/{id}", operation);

        Assert.That(patched.Status, Is.EqualTo(200), patched.Detail);
        Assert.That(JsonNode.DeepEquals(patched[attribute], JsonNode.Parse(expected)), patched[attribute]?.ToJsonString());
        Assert.That(JsonNode.DeepEquals((await directory.Get($"/Devices/{id}")).Body, patched.Body));
    }

    [TestCase("""{"label":"x"}""", "'serial' is required")]
    [TestCase("""{"serial":"","label":"x"}""", "'serial' is required")]
    [TestCase("""{"serial":7}""", "'serial' must be a string")]
    [TestCase("""{"serial":"x","slots":1.5}""", "'slots' must be a whole number")]
    [TestCase("""{"serial":"x","slots":"two"}""", "'slots' must be a whole number")]
    [TestCase("""{"serial":"x","weight":"heavy"}""", "'weight' must be a number")]
    [TestCase("""{"serial":"x","rented":"perhaps"}""", "'rented' must be true or false")]
    [TestCase("""{"serial":"x","bought":"yesterday"}""", "'bought' must be a date and time")]
    [TestCase("""{"serial":"x","key":"no base64!"}""", "'key' must be binary data")]
    [TestCase("""{"serial":"x","tags":"one"}""", "'tags' must be an array")]
    [TestCase("""{"serial":"x","owner":{"floor":1}}""", "'owner.name' is required")]
    [TestCase("""{"serial":"x","ports":[{"value":"a","primary":true},{"value":"b","primary":true}]}""", "more than one primary")]
    [TestCase(
        """{"serial":"x","urn:example:params:scim:schemas:Lease":{"months":1}}""",
        "'urn:example:params:scim:schemas:Lease:contract' is required"
    )]
    public async Task What_does_not_fit_the_schema_is_refused(string json, string detail)
    {
        var directory = await Devices.CreateAsync(_server);
        var before = await directory.Everything();

        var answer = await directory.Send("POST", "/Devices", json);

        Assert.That(answer.Error, Is.EqualTo((400, "invalidValue")));
        Assert.That(answer.Detail, Does.Contain(detail));
        Assert.That(await directory.Everything(), Is.EqualTo(before));
    }

    [Test]
    public async Task An_immutable_attribute_is_set_once()
    {
        var directory = await Devices.CreateAsync(_server);
        var path = $"/Devices/{await directory.Create("/Devices", """{"serial":"S1"}""")}";

        var set = await directory.Patch(path, """{"op":"add","path":"maker","value":"Acme"}""");
        var kept = await directory.Send("PUT", path, """{"serial":"S1"}""");
        var patched = await directory.Patch(path, """{"op":"replace","path":"maker","value":"Other"}""");
        var removed = await directory.Patch(path, """{"op":"remove","path":"maker"}""");
        var put = await directory.Send("PUT", path, """{"serial":"S1","maker":"Other"}""");

        Assert.That((set.Status, (string?)kept["maker"]), Is.EqualTo((200, "Acme")));
        Assert.That((patched.Error, removed.Error, put.Error), Is.EqualTo(((400, "mutability"), (400, "mutability"), (400, "mutability"))));
    }

    [Test]
    public async Task What_is_read_only_is_ignored_and_what_is_write_only_never_shown()
    {
        var directory = await Devices.CreateAsync(_server);
        var path =
            $"/Devices/{await directory.Create("/Devices", """{"serial":"S1","state":"on","pin":"0000","notes":"n","badge":"B"}""")}";

        var named = await directory.Get($"{path}?attributes=state,pin,notes");
        var patched = await directory.Patch(path, """{"op":"replace","path":"state","value":"on"}""");
        var searched = await directory.Find("/Devices", "pin eq \"0000\"");

        Assert.That(named.Names, Is.EquivalentTo(new[] { "schemas", "id", "notes", "badge" }));
        Assert.That(
            (await directory.Get($"{path}?excludedAttributes=badge,serial")).Names,
            Does.Contain("badge").And.Not.Contain("serial").And.Not.Contain("notes")
        );
        Assert.That((patched.Error, searched.Status), Is.EqualTo(((400, "mutability"), 400)));
    }

    [Test]
    public async Task Unique_values_are_had_by_one_resource_until_it_lets_them_go()
    {
        var directory = await Devices.CreateAsync(_server);
        var first = await directory.Create("/Devices", Full);
        var second = await directory.Create("/Devices", """{"serial":"S2"}""");

        var posted = await directory.Send("POST", "/Devices", """{"serial":"s1"}""");
        var patched = await directory.Patch($"/Devices/{second}", $$"""{"op":"add","path":"{{Devices.LeaseId}}:contract","value":"c1"}""");
        var same = await directory.Send("PUT", $"/Devices/{first}", """{"serial":"s1"}""");
        var free = await directory.Patch($"/Devices/{second}", $$"""{"op":"add","path":"{{Devices.LeaseId}}:contract","value":"c1"}""");
        await directory.Send("DELETE", $"/Devices/{first}");

        Assert.That((posted.Error, patched.Error), Is.EqualTo(((409, "uniqueness"), (409, "uniqueness"))));
        Assert.That(new[] { posted.Detail, patched.Detail }, Is.All.Contains(first), "who has it is named");
        Assert.That(
            (same.Status, free.Status, (await directory.Send("POST", "/Devices", """{"serial":"S1"}""")).Status),
            Is.EqualTo((200, 200, 201))
        );
    }

    [TestCase("1.0", "1.00")]
    [TestCase("-0.0", "0")]
    [TestCase("100", "1e2")]
    public async Task A_unique_number_is_the_same_in_every_spelling(string first, string second)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        await Devices.Accepted(
            _server,
            HttpMethod.Post,
            directory,
            "/schemas",
            """{"id":"urn:x:Part","attributes":[{"name":"size","type":"decimal","uniqueness":"server"}]}"""
        );
        await Devices.Accepted(
            _server,
            HttpMethod.Post,
            directory,
            "/resource-types",
            """{"name":"Part","endpoint":"/Parts","schema":"urn:x:Part"}"""
        );
        await directory.Create("/Parts", $$"""{"size":{{first}}}""");

        Assert.That((await directory.Send("POST", "/Parts", $$"""{"size":{{second}}}""")).Error, Is.EqualTo((409, "uniqueness")));
    }

    [TestCase("serial eq \"s1\"")]
    [TestCase("label eq \"RED LAMP\"")]
    [TestCase("label co \"lamp\" and slots gt 1")]
    [TestCase("code eq \"Ab\" and not (code eq \"ab\")")]
    [TestCase("slots eq 2")]
    [TestCase("weight eq 1.50")]
    [TestCase("weight lt 2")]
    [TestCase("rented eq true")]
    [TestCase("bought eq \"2026-01-31T13:00:00+01:00\"")]
    [TestCase("bought le \"2026-02-01T00:00:00Z\"")]
    [TestCase("key eq \"AQID\"")]
    [TestCase("manual sw \"https://example.com\"")]
    [TestCase("tags eq \"LENT\"")]
    [TestCase("members eq \"ada\"")]
    [TestCase("groups eq \"lamps\"")]
    [TestCase("owner.floor eq 3")]
    [TestCase("owner[name eq \"ada\" and floor ge 3]")]
    [TestCase("ports[type eq \"usb\"].value eq \"p1\"")]
    [TestCase("ports.value eq \"p2\"")]
    [TestCase("urn:example:params:scim:schemas:Lease:months eq 12")]
    [TestCase("urn:example:params:scim:schemas:Device:serial eq \"S1\"")]
    [TestCase("externalId eq \"e1\"")]
    [TestCase("meta.resourceType eq \"Device\" and label pr")]
    [TestCase("schemas eq \"urn:example:params:scim:schemas:Lease\"")]
    public async Task A_filter_finds_by_any_attribute(string filter)
    {
        var directory = await Devices.CreateAsync(_server);
        var id = await directory.Create("/Devices", Full);
        await directory.Create(
            "/Devices",
            """
            {"serial":"S2","code":"ab","slots":1,"weight":3,"rented":false,"bought":"2027-01-01T00:00:00Z","tags":["old"],
             "ports":[{"value":"p1","type":"dvi"}]}
            """
        );

        var found = await directory.Find("/Devices", filter);

        Assert.That(found.Ids, Is.EqualTo(new[] { id }), found.Detail);
    }

    [TestCase("sortBy=slots", "S1,S2,S3")]
    [TestCase("sortBy=slots&sortOrder=descending", "S3,S2,S1")]
    [TestCase("sortBy=label", "S2,S1,S3")]
    [TestCase("sortBy=ports.value", "S3,S1,S2")]
    [TestCase("sortBy=urn:example:params:scim:schemas:Lease:months", "S2,S3,S1")]
    public async Task A_list_is_sorted_by_any_attribute(string query, string expected)
    {
        var directory = await Devices.CreateAsync(_server);
        await directory.Create(
            "/Devices",
            """{"serial":"S1","slots":9,"label":"b","ports":[{"value":"a"},{"value":"y","primary":true}]}"""
        );
        await directory.Create(
            "/Devices",
            $$"""{"serial":"S2","slots":10,"label":"A","ports":[{"value":"z"}],"{{Devices.LeaseId}}":{"contract":"C2","months":9} }"""
        );
        await directory.Create(
            "/Devices",
            $$"""{"serial":"S3","slots":11,"label":"c","ports":[{"value":"X"}],"{{Devices.LeaseId}}":{"contract":"C3","months":10} }"""
        );

        var sorted = (await directory.Get($"/Devices?{query}")).Resources.Select(device => (string)device["serial"]!);

        Assert.That(string.Join(',', sorted), Is.EqualTo(expected));
    }

    [Test]
    public async Task Only_users_and_groups_can_be_members()
    {
        var directory = await Devices.CreateAsync(_server);
        var device = await directory.Create("/Devices", Full);

        var answer = await directory.Send("POST", "/Groups", $$"""{"displayName":"Team","members":[{"value":"{{device}}"}]}""");

        Assert.That(answer.Error, Is.EqualTo((400, "invalidValue")));
    }
}
