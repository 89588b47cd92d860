using System.Text.Json.Nodes;
using EmptyNumber.TestSupport;
using static EmptyNumber.PhonePool.Tests.PoolClient;

namespace EmptyNumber.PhonePool.Tests;

[Collection("pool")]
public sealed class BadInputTests(PoolServers servers)
{
    private static readonly string[] Bodies =
    [
        "", " ", "null", "1", "\"data\"", "[]", "true", "{", "{}", "{\"data\"", "{\"data\":}", """{"data":null}""", """{"data":[]}""", """{"data":{}}""",
        """{"data":"x"}""", """{"data":1}""", """{"data":[null]}""", """{"data":[1]}""", """{"data":["13900000001"]}""", """{"data":[[]]}""",
        """{"data":[{}]}""", """{"dat":[GOOD]}""", """{"data":[GOOD]} x""", """{"data":[GOOD,]}""", """{"data":[GOOD GOOD]}""", """[GOOD]""",
        """{"data":[[GOOD]]}""", """{"data":{"data":[GOOD]}}""", """{"data":[GOOD,null]}""", """{"data":[GOOD,{}]}""", """{"data":[GOOD],"data":[GOOD]}""",
        """{'data':[GOOD]}""", """/**/{"data":[GOOD]}""", "\ufeff\ufeff{\"data\":[GOOD]}", "{\"data\":[GOOD]\0}", "<data/>",
        $$"""{"data":{{new string('[', 100)}}GOOD{{new string(']', 100)}}}""",
    ];

    /// <summary>What no field takes.</summary>
    private static readonly string[] BadValues =
        ["1", "true", "[]", "{}", "[\"x\"]", """{"mobile":"x"}""", "\"a\\u0000b\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"a\0b\"", "\"line\nbreak\"", $"\"{new string('9', 5000)}\""];

    /// <summary>What a field that must be given does not take either.</summary>
    private static readonly string[] Blank = ["null", "\"\"", "\" \"", "\"\\t\\n\"", "\"\u3000\""];

    [Theory]
    [InlineData("/phones", new[] { "mobile" }, new[] { "cid", "imsi", "imei", "iccid", "ip" })]
    [InlineData("/vcodes", new[] { "mobile", "vcode" }, new[] { "appname", "chanlid" })]
    public async Task A_body_that_is_not_all_correct_is_refused_whole_and_nothing_of_it_is_kept(string path, string[] required, string[] optional)
    {
        await using var suite = await servers.StartAsync();
        string[] bodies = [.. Bodies.Select(body => body.Replace("GOOD", Item(""))), .. Items().Select(bad => $$"""{"data":[{{Item("")}},{{bad}},{{Item("x")}}]}""")];
        foreach (var body in bodies)
            (await suite.Client.PostTextAsync(path, body)).ShouldBe((400, Incorrect), body);
        var tooMany = string.Join(',', Enumerable.Repeat(Item(""), 100_001));
        (await suite.Client.PostTextAsync(path, $$"""{"data":[{{tooMany}}]}""")).ShouldBe((400, Incorrect));
        (await suite.ScalarAsync<long>("select (select count(*) from mobiles) + (select count(*) from codes) + (select arrivals from pool)")).ShouldBe(0);

        // The generated items are wrong by the one field alone.
        (await suite.Client.PostTextAsync(path, $$"""{"data":[{{Item("")}}]}""")).Status.ShouldBe(200);

        IEnumerable<string> Items()
        {
            foreach (var field in required)
            {
                yield return With(field, null);
                foreach (var value in Blank)
                    yield return With(field, value);
            }

            foreach (var field in required.Concat(optional))
            {
                foreach (var value in BadValues)
                    yield return With(field, value);
                yield return With(field, "\"1\"").Insert(1, $"\"{field}\":\"2\",");
            }
        }

        string With(string field, string? value) =>
            "{" + string.Join(',', required.Concat(optional).Select(name => name == field ? value is null ? null : $"\"{name}\":{value}" : $"\"{name}\":\"good\"").OfType<string>()) + "}";

        string Item(string suffix) => new JsonObject(required.Concat(optional).Select(name => KeyValuePair.Create(name, (JsonNode?)JsonValue.Create("good" + suffix)))).ToJsonString();
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_refused()
    {
        await using var suite = await servers.StartAsync();
        foreach (byte[] bytes in (byte[][])[[0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xf8, 0x88, 0x80, 0x80, 0x80]])
        {
            byte[] body = [.. """{"data":[{"mobile":"1"""u8, .. bytes, .. "\"}]}"u8];
            var content = new ByteArrayContent(body) { Headers = { { "Content-Type", "application/json" } } };
            (await suite.Client.PostAsync("/phones", content).ReadAsync()).ShouldBe((400, Incorrect));
        }

        (await suite.ScalarAsync<long>("select count(*) from mobiles")).ShouldBe(0);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1.0")]
    [InlineData("1e3")]
    [InlineData("+1")]
    [InlineData("0x1")]
    [InlineData("x")]
    [InlineData("%20")]
    [InlineData("1%20")]
    [InlineData("%EF%BC%91")]
    [InlineData("-99999999999999999999")]
    public async Task What_is_no_number_of_mobiles_is_refused(string count)
    {
        await using var suite = await servers.StartAsync();
        await suite.Client.UploadAsync("1");
        (await suite.Client.FetchAsync($"/mobiles/a/{count}")).ShouldBe((400, Incorrect));
        (await suite.Client.TakeAsync("a", 1)).ShouldBe(["1"]);
    }

    [Fact]
    public async Task Parameters_that_are_no_numbers_are_refused()
    {
        await using var suite = await servers.StartAsync();
        foreach (var query in (string[])["", "?newsize=", "?newsize=-1", "?newsize=x", "?newsize=1.5", "?newsize=1&newsize=2", "?size=1", "?newsize=%00"])
            (await suite.Client.PutAsync("/setsize" + query, content: null).ReadAsync()).ShouldBe((400, Incorrect), query);
        foreach (var query in (string[])["?wait=", "?wait=61", "?wait=-1", "?wait=x", "?wait=1.5", "?wait=1&wait=2"])
            (await suite.Client.FetchAsync("/vcodes/a" + query)).ShouldBe((400, Incorrect), query);
        (await suite.ScalarAsync<int>("select size from pool")).ShouldBe(1000);
    }

    [Fact]
    public async Task An_app_may_be_named_in_any_characters()
    {
        await using var suite = await servers.StartAsync();
        foreach (var app in (string[])["com.yy.huanju", "应用包名", "a b", "a/b", "/", "a%b", "a+b", "a?b#c", "a&wait=x", "\"';--", "\\", "😀", "é", "{a}", "$1", "a\u0001b", "..a", new string('名', 300)])
        {
            var path = Uri.EscapeDataString(app);
            await suite.Client.UploadAsync("1");
            (await suite.Client.TakeAsync(path, 1)).ShouldBe(["1"], app);
            (await suite.Client.CodesAsync(path)).ShouldBeEmpty(app);
            await suite.Client.BringAsync(app, ("1", app));
            (await suite.Client.CodesAsync(path)).ShouldBe([app], app);
        }

        foreach (var app in (string[])["%20", "%E3%80%80", new string('a', 301)])
        {
            (await suite.Client.FetchAsync($"/mobiles/{app}/1")).ShouldBe((400, Incorrect));
            (await suite.Client.FetchAsync($"/vcodes/{app}")).ShouldBe((400, Incorrect));
            (await suite.Client.PostItemsAsync("/vcodes", new { mobile = "1", vcode = "1", appname = app.Length < 301 ? " " : app })).ShouldBe((400, Incorrect));
        }

        (await suite.Client.FetchAsync("/vcodes/a%00b")).Status.ShouldBe(400);
    }
}
