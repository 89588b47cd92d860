using System.Net;
using EmptyNumber.PhonePool.Infrastructure;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.TestSupport;
using static EmptyNumber.PhonePool.Tests.PoolClient;

namespace EmptyNumber.PhonePool.Tests;

/// <summary>Every example and answer of the API's document, byte for byte.</summary>
[Collection("pool")]
public sealed class DocumentTests(PoolServers servers)
{
    private const string Phones = """
        {
            "data":[
                    {
                    "mobile":"18250794865",
                    "cid":"hello",
                    "imsi":"zjgcghsdv",
                    "imei":"56416",
                    "iccid":"s5d45s",
                    "ip":"8.88.888.886"
                    },
                    {
                    "mobile":"17342060825",
                    "cid":"world",
                    "imsi":"ghsdv",
                    "imei":"12356416",
                    "iccid":"ws5dfg45s",
                    "ip":"6.66.666.686"
                    }
                   ]
        }
        """;

    private const string Codes = """
        {
            "data":[{
                "mobile":"18250794865",
                "vcode":"201708",
                "appname":"com.yy.huanju",
                "chanlid":"hello"
            },{
                "mobile":"17342060825",
                "vcode":"171331",
                "appname":"com.yy.huanju",
                "chanlid":"world"
            }
                ]
        }
        """;

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    public async Task The_examples_of_the_document_work_as_they_stand(string slash)
    {
        await using var suite = await servers.StartAsync();
        var client = suite.Client;
        (await client.FetchAsync("/mobiles/com.yy.huanju/8" + slash)).ShouldBe((208, NothingNow));
        (await client.PostTextAsync("/phones" + slash, Phones)).ShouldBe((200, Used("18250794865", "17342060825")));

        (await client.FetchAsync("/mobiles/com.yy.huanju/8" + slash)).ShouldBe((200,
            """{"code":200,"data":[{"mobile":"17342060825","cid":"world","imsi":"ghsdv","imei":"12356416","iccid":"ws5dfg45s","ip":"6.66.666.686"},"""
            + """{"mobile":"18250794865","cid":"hello","imsi":"zjgcghsdv","imei":"56416","iccid":"s5d45s","ip":"8.88.888.886"}]}"""));
        (await client.FetchAsync("/vcodes/com.yy.huanju" + slash)).ShouldBe((208, NothingNow));

        (await client.PostTextAsync("/vcodes" + slash, Codes)).ShouldBe((200, Saved));
        (await client.FetchAsync("/vcodes/com.yy.huanju" + slash)).ShouldBe((200,
            """{"code":200,"data":[{"mobile":"17342060825","vcode":"171331","appname":"com.yy.huanju","chanlid":"world"},"""
            + """{"mobile":"18250794865","vcode":"201708","appname":"com.yy.huanju","chanlid":"hello"}]}"""));
        (await client.FetchAsync("/vcodes/com.yy.huanju" + slash)).ShouldBe((208, NothingNow));

        (await client.PutAsync($"/setsize{slash}?newsize=2", content: null).ReadAsync()).ShouldBe((200, """{"code":200,"data":"Update Successfully!"}"""));
    }

    [Fact]
    public async Task What_was_not_given_comes_back_empty_and_Chinese_as_it_is()
    {
        await using var suite = await servers.StartAsync();
        (await suite.Client.PostItemsAsync("/phones", new { mobile = "13900000001", cid = (string?)null, ip = "内网 \"1\"", unknown = 7 }))
            .ShouldBe((200, Used("13900000001")));
        (await suite.Client.FetchAsync("/mobiles/a/1")).ShouldBe((200,
            """{"code":200,"data":[{"mobile":"13900000001","cid":"","imsi":"","imei":"","iccid":"","ip":"内网 \"1\""}]}"""));

        (await suite.Client.PostItemsAsync("/vcodes", new { mobile = "13900000001", vcode = "验证码 42" })).ShouldBe((200, Saved));
        (await suite.Client.FetchAsync("/vcodes/a")).ShouldBe((200,
            """{"code":200,"data":[{"mobile":"13900000001","vcode":"验证码 42","appname":"","chanlid":""}]}"""));
    }

    [Fact]
    public async Task Every_refusal_has_the_form_of_the_document_and_the_status_in_it()
    {
        await using var suite = await servers.StartAsync(("TrustedNetworks", "10.0.0.0/8"));
        const string unauthorized = """{"code":401,"desc":"User Not Authorized"}""";
        (await suite.Client.FetchAsync("/mobiles/a/1")).ShouldBe((401, unauthorized));
        (await suite.Client.UploadAsync("13900000001")).ShouldBe((401, unauthorized));
        (await suite.Client.PutAsync("/setsize?newsize=1", content: null).ReadAsync()).ShouldBe((401, unauthorized));
        using var customer = suite.Holder(suite.People.Issue("user", Roles.Dialer));
        (await customer.FetchAsync("/vcodes/a")).ShouldBe((401, unauthorized));
        using var revoked = suite.Holder(AccessToken.Create());
        (await revoked.FetchAsync("/vcodes/a")).ShouldBe((401, unauthorized));

        foreach (var role in (string[])[Roles.Device, Roles.Operator, Roles.Admin])
        {
            using var holder = suite.Holder(suite.People.Issue(role));
            (await holder.FetchAsync("/mobiles/a/1")).ShouldBe((208, NothingNow));
            (await holder.FetchAsync("/vcodes/a")).ShouldBe((208, NothingNow));
        }

        using var device = suite.Holder(suite.People.Issue(Roles.Device));
        (await device.PostTextAsync("/phones", "{}", "text/plain")).ShouldBe((415, """{"code":415,"desc":"Unsupported media type"}"""));
        (await device.PostTextAsync("/phones", $$"""{"data":"{{new string('1', 10 << 20)}}"}""")).ShouldBe((413, """{"code":413,"desc":"Request body too large"}"""));
        (await device.PostTextAsync("/vcodes/", $$"""{"data":"{{new string('1', 10 << 20)}}"}""")).ShouldBe((413, """{"code":413,"desc":"Request body too large"}"""));
        (await device.DeleteAsync("/phones").ReadAsync()).ShouldBe((405, """{"code":405,"desc":"Method Not Allowed"}"""));
        (await device.FetchAsync("/mobiles/a")).ShouldBe((404, """{"code":404,"desc":"Not Found"}"""));
        (await device.FetchAsync("/vcodes/a/b")).ShouldBe((404, """{"code":404,"desc":"Not Found"}"""));
    }

    [Fact]
    public async Task A_failure_of_the_server_is_told_in_the_words_of_the_document()
    {
        await using var suite = await servers.StartAsync();
        await suite.ScalarAsync<object?>("select 1 from pool where false; drop table withdrawals; select 1");
        const string busy = """{"code":500,"desc":"The server is busy, please try again later."}""";
        (await suite.Client.UploadAsync("13900000001")).ShouldBe((500, busy));
        using var response = await suite.Client.GetAsync("/mobiles/a/1");
        response.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        response.Headers.GetValues("traceparent").Single().ShouldStartWith("00-");
        (await response.Content.ReadAsStringAsync()).ShouldBe(busy);
    }

    [Fact]
    public async Task Too_many_requests_are_refused_in_the_form_of_the_document()
    {
        await using var suite = await servers.StartAsync(("TrustedNetworks", ""), ("RateLimits:AddressRequestsPerSecond", "1"), ("RateLimits:BurstSeconds", "1"));
        await suite.Client.FetchAsync("/vcodes/a");
        using var response = await suite.Client.GetAsync("/vcodes/a");
        response.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        response.Headers.RetryAfter.ShouldNotBeNull();
        (await response.Content.ReadAsStringAsync()).ShouldBe("""{"code":429,"desc":"Too many requests"}""");
    }

    [Fact]
    public async Task Migrations_make_the_schema_that_the_model_describes() =>
        (await Schema.DifferencesAsync<PhonePoolDb>(servers)).ShouldBeEmpty();
}
