using System.Net;
using System.Text;

namespace EmptyNumber.Accounts.Tests;

[Collection("servers")]
public sealed class RefusalTests(AccountsServers servers)
{
    [Theory]
    [InlineData("jackfrued", "12345")]
    [InlineData("nobody", "123456")]
    [InlineData("JACKFRUED", "123456")]
    [InlineData("jackfrued\0", "123456")]
    [InlineData("jackfrued", "")]
    [InlineData("", "")]
    public async Task A_wrong_name_or_password_is_refused_in_the_words_of_the_document(string name, string password)
    {
        using var response = await (await servers.SharedAsync()).Anybody.LogInAsync(name, password);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await response.Content.ReadAsStringAsync()).ShouldBe("""{"code":30001,"message":"用户名或密码错误"}""");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"username":"jackfrued"}""")]
    [InlineData("""{"username":7,"password":null}""")]
    public async Task Missing_credentials_are_wrong_credentials(string body)
    {
        using var response = await (await servers.SharedAsync()).Anybody.PostAsync("/api/login/", new StringContent(body, Encoding.UTF8, "application/json"));
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await response.Content.ReadAsStringAsync()).ShouldBe("""{"code":30001,"message":"用户名或密码错误"}""");
    }

    [Theory]
    [InlineData("{", "application/json", 400)]
    [InlineData("", "application/json", 400)]
    [InlineData("[1]", "application/json", 400)]
    [InlineData("""{"username":"\ud800","password":"x"}""", "application/json", 400)]
    [InlineData("x", "text/plain", 415)]
    public async Task A_body_that_cannot_be_read_is_an_error_with_a_detail(string body, string type, int status)
    {
        using var response = await (await servers.SharedAsync()).Anybody.PostAsync("/api/login/", new StringContent(body, Encoding.UTF8, type));
        ((int)response.StatusCode).ShouldBe(status);
        (await response.Content.ReadAsStringAsync()).ShouldStartWith("""{"detail":""");
    }
}
