using System.Text;
using System.Text.Json;
using EmptyNumber.TestSupport;

namespace EmptyNumber.Listings.Tests;

[Collection("listings")]
public sealed class BadInputTests(ListingsSuite suite)
{
    /// <summary>Fields of text, and their greatest length; those that must be given are marked.</summary>
    private static readonly (string Resource, string Field, int Length, bool IsRequired)[] Texts =
    [
        ("agents", "name", 50, true), ("agents", "tel", 20, true), ("estates", "name", 100, true), ("estates", "intro", 5000, false), ("housetypes", "name", 50, true),
        ("tags", "content", 50, true), ("houseinfos", "title", 100, true), ("houseinfos", "direction", 20, true), ("houseinfos", "priceunit", 20, true),
        ("houseinfos", "detail", 5000, false), ("houseinfos", "mainphoto", 500, false), ("houseinfos", "street", 100, true),
    ];

    private static readonly (string Resource, string Field, string[] Bad)[] Numbers =
    [
        ("agents", "servstar", ["-1", "6", "1.5", "99999999999"]), ("agents", "realstar", ["-1", "6"]), ("agents", "profstar", ["-1", "6"]),
        ("agents", "certificated", ["2", "-1", "null", "\"yes\"", "[]"]), ("agents", "estates", ["1", "[\"x\"]", "[null]", "{}"]),
        ("estates", "hot", ["-1", "1.5", "99999999999"]), ("estates", "distid", ["null", "\"x\"", "1.5", "[]"]), ("estates", "agents", ["1", "[[]]"]),
        ("houseinfos", "area", ["0", "-1", "1000001", "\"x\"", "null", "1e999"]), ("houseinfos", "floor", ["1000", "-100", "1.5", "null"]),
        ("houseinfos", "totalfloor", ["0", "1000", "null"]), ("houseinfos", "price", ["-1", "99999999999", "1.5", "null"]),
        ("houseinfos", "pubdate", ["\"2026-02-30\"", "\"yesterday\"", "1", "\"\""]), ("houseinfos", "hassubway", ["2", "\"x\"", "{}"]),
        ("houseinfos", "isshared", ["7"]), ("houseinfos", "hasagentfees", ["null"]), ("houseinfos", "typeid", ["null", "{}", "\"x\""]),
        ("houseinfos", "distid", ["null", "true"]), ("houseinfos", "estateid", ["\"x\"", "1.5"]), ("houseinfos", "agentid", ["[]"]), ("houseinfos", "tags", ["1", "[{}]"]),
    ];

    private static readonly string[] Injections =
    [
        "'; drop table houses; --", "\" or 1=1 --", "1) union select * from agents --", "%", "_", "\\", "\\'", "${jndi:ldap://x}", "{{7*7}}", "<script>alert(1)</script>",
        "$1", "@p0", "{0}", "%s", "\r\nSet-Cookie: x", "\t", "\u0001", "null", "中文 é ü 😀 العربية", "e\u0301", "\u202Egnp", "'||pg_sleep(9)||'",
    ];

    [Fact]
    public async Task Whatever_text_is_sent_comes_back_as_it_was()
    {
        foreach (var (resource, field, length, isRequired) in Texts)
        {
            var path = await suite.ItemAsync(resource, suite.Admin);
            var body = await suite.BodyAsync(resource);
            foreach (var injection in Injections.Where(text => text.Length <= length && !(isRequired && text.Trim().Length == 0)).Append(new string('长', length)))
            {
                body[field] = injection;
                var (status, answer) = await suite.Admin.PutAsync(path, body);
                status.ShouldBe(200, $"{resource} {field} {injection}");
                ListingsClient.Parse(answer).GetProperty(field).GetString().ShouldBe(injection);
                (await suite.Anybody.GetJsonAsync(path)).GetProperty(field).GetString().ShouldBe(injection);
            }
        }
    }

    [Fact]
    public async Task Text_is_looked_for_as_it_is()
    {
        foreach (var injection in Injections)
        {
            var mark = ListingsClient.Unique()[..8];
            var id = await suite.Admin.CreateAsync("/api/agents/", new { name = mark + injection, tel = "1" });
            var found = await suite.Anybody.GetJsonAsync($"/api/agents/?name={mark}{Uri.EscapeDataString(injection)}");
            found.GetProperty("results")[0].GetProperty("agentid").GetInt32().ShouldBe(id);
            (await suite.Anybody.GetJsonAsync($"/api/estates/?name={Uri.EscapeDataString(injection + mark)}")).GetProperty("count").GetInt32().ShouldBe(0);
            (await suite.Anybody.GetJsonAsync($"/api/houseinfos/?title={Uri.EscapeDataString(injection + mark)}")).GetProperty("count").GetInt32().ShouldBe(0);
        }
    }

    [Fact]
    public async Task What_a_field_cannot_hold_is_refused_and_named_and_nothing_is_kept()
    {
        List<(string Resource, string Field, string? Json)> bad =
        [
            .. from text in Texts
               from json in (string[])["1", "[]", "{}", "\"a\\u0000b\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", $"\"{new string('x', text.Length + 1)}\""]
               select (text.Resource, text.Field, (string?)json),
            .. from text in Texts where text.IsRequired from json in (string?[])[null, "null", "\"\"", "\" \"", "\"\u3000\""] select (text.Resource, text.Field, json),
            .. from number in Numbers from json in number.Bad select (number.Resource, number.Field, (string?)json),
            .. from field in (string[])["area", "floor", "totalfloor", "price", "typeid", "distid"] select ("houseinfos", field, (string?)null),
            ("estates", "distid", null),
        ];
        foreach (var cases in bad.GroupBy(one => one.Resource))
        {
            var path = await suite.ItemAsync(cases.Key, suite.Admin);
            var good = await suite.BodyAsync(cases.Key);
            var (before, rows) = (await suite.Anybody.FetchAsync(path), await CountAsync(cases.Key));
            foreach (var (_, field, json) in cases)
            {
                var parts = good.Where(part => part.Key != field).Select(part => $"\"{part.Key}\":{JsonSerializer.Serialize(part.Value)}");
                var body = "{" + string.Join(',', json is null ? parts : parts.Append($"\"{field}\":{json}")) + "}";
                foreach (var (status, answer) in new[] { await suite.Admin.PostAsync($"/api/{cases.Key}/", body), await suite.Admin.PutAsync(path, body) })
                {
                    (status, answer.StartsWith("{\"detail\":\"")).ShouldBe((400, true), $"{field} {json}: {answer}");
                    answer.ShouldContain(field, Case.Sensitive, $"{field} {json}: {answer}");
                }
            }

            (await suite.Anybody.FetchAsync(path)).ShouldBe(before);
            (await CountAsync(cases.Key)).ShouldBe(rows);
        }
    }

    [Theory]
    [InlineData("agents")]
    [InlineData("estates")]
    [InlineData("housetypes")]
    [InlineData("houseinfos")]
    [InlineData("tags")]
    public async Task A_body_that_is_no_object_is_refused(string resource)
    {
        foreach (var body in (string[])["", " ", "null", "1", "[]", "\"x\"", "{", "{\"name\"", "{}", "<name/>", "{\"name\":\"x\"} x"])
            (await suite.Admin.PostAsync($"/api/{resource}/", body)).Status.ShouldBe(400, body);
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("name", "x")]);
        (await suite.Admin.PostAsync($"/api/{resource}/", form).ReadAsync()).Status.ShouldBe(415);
        using var large = new StringContent($$"""{"name":"{{new string('x', 1 << 20)}}"}""", Encoding.UTF8, "application/json");
        (await suite.Admin.PostAsync($"/api/{resource}/", large).ReadAsync()).ShouldBe((413, """{"detail":"Request body too large"}"""));
        using var bytes = new ByteArrayContent([.. "{\"name\":\""u8, 0xFF, 0xED, 0xA0, 0x80, .. "\"}"u8]) { Headers = { { "Content-Type", "application/json" } } };
        (await suite.Admin.PostAsync($"/api/{resource}/", bytes).ReadAsync()).Status.ShouldBe(400);
    }

    [Theory]
    [InlineData("agents")]
    [InlineData("estates")]
    [InlineData("housetypes")]
    [InlineData("houseinfos")]
    [InlineData("tags")]
    public async Task Fields_that_are_not_known_are_ignored_and_ids_cannot_be_chosen(string resource)
    {
        var body = await suite.BodyAsync(resource);
        foreach (var name in (string[])["unknown", "id", "agentid2", "estateid2", "tagid", "houseid", "userid", "UserId", "PostedAt"])
            body[name] = 7;
        var id = await suite.Admin.CreateAsync($"/api/{resource}/", body);
        (await suite.Anybody.GetJsonAsync($"/api/{resource}/{id}/")).EnumerateObject().Select(field => field.Name).ShouldNotContain("unknown");
        foreach (var missing in (string[])["0", "-1", "999999999999", "x", "1.5", "%00", "1%20or%201=1"])
            (await suite.Anybody.FetchAsync($"/api/{resource}/{missing}/")).Status.ShouldBeOneOf(400, 404);
    }

    private Task<long> CountAsync(string resource) => suite.ScalarAsync<long>($"select count(*) from {resource switch { "houseinfos" => "houses", "housetypes" => "house_types", _ => resource }}");
}
